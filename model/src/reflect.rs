//! The model as data: one declaration per struct gives typed fields *and* a walk
//! over them.
//!
//! Facts, JSON, key tables, diff and the self-check all need to name "the STP
//! setting of a bridge" as a value. The [`node!`](crate::node) macro makes that name out of the
//! struct's declaration, so nobody writes a second walker that could forget a
//! field.

use crate::source::{At, Origin};
use crate::value::{Holds, Scalar, Value, ValueError};
use indexmap::IndexMap;

/// A setting that the input says, or `None` where it is silent.
pub type Said<T> = Option<At<T>>;

/// A group of settings that the input mentions, or `None`.
pub type Sub<N> = Option<Box<N>>;

/// A list setting. *Not said* and *said to be empty* differ.
#[derive(Debug, Clone)]
pub struct List<T> {
    /// The items in order.
    pub items: Vec<At<T>>,
    /// Set where the input names the list as a whole, even if empty.
    pub said: Option<Origin>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List { items: Vec::new(), said: None }
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items && self.is_said() == other.is_said()
    }
}

impl<T> List<T> {
    /// Adds an item.
    pub fn push(&mut self, value: T, origin: impl Into<Origin>) {
        self.items.push(At::new(value, origin));
    }

    /// True where the input names the list or an item of it.
    #[must_use]
    pub fn is_said(&self) -> bool {
        self.said.is_some() || !self.items.is_empty()
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|at| &at.value)
    }
}

/// Settings with names that the format leaves open (`user.data`, OVS external-ids).
pub type Map<T> = IndexMap<String, At<T>>;

/// Several groups of settings of one shape (WireGuard peers).
pub type Nodes<N> = Vec<N>;

/// A setting seen without its type.
pub trait Leaf {
    /// The value where the input says one.
    fn value(&self) -> Option<Value>;
    /// Calls `visit` with each origin.
    fn origins<'a>(&'a self, visit: &mut dyn FnMut(&'a Origin));
    /// Sets the value.
    ///
    /// # Errors
    /// The value is of another kind or out of range; the setting is unchanged.
    fn set(&mut self, value: &Value, origin: Origin) -> Result<(), ValueError>;
    /// True where the input says a value.
    fn is_said(&self) -> bool;
    /// True where the setting holds a secret, said or not.
    fn is_secret(&self) -> bool;
    /// Makes it unsaid.
    fn clear(&mut self);
    /// What its values name on a network.
    fn holds(&self) -> Holds;
    /// Calls `change` with each value – each item of a list or a map by itself – and puts what it gives in its place; the
    /// origin stays.
    ///
    /// # Errors
    /// What it gives is of another kind or out of range; that value is unchanged.
    fn rewrite(&mut self, change: Rewrite<'_>) -> Result<(), ValueError>;
    /// Calls `change` with the name of each entry of a map and puts what it gives in its place; others have none.
    fn rename_keys(&mut self, _change: &mut dyn FnMut(&str) -> Option<String>) {}
}

/// What [`Leaf::rewrite`] asks for each value.
pub type Rewrite<'c> = &'c mut dyn FnMut(&Value, &Origin) -> Option<Value>;

fn rewrite_one<T: Scalar>(at: &mut At<T>, change: Rewrite<'_>) -> Result<(), ValueError> {
    if let Some(new) = change(&at.value.to_value(), &at.origin) {
        at.value = T::from_value(&new)?;
    }
    Ok(())
}

impl<T: Scalar> Leaf for Said<T> {
    fn is_secret(&self) -> bool {
        T::SECRET
    }
    fn value(&self) -> Option<Value> {
        self.as_ref().map(|at| at.value.to_value())
    }
    fn origins<'a>(&'a self, visit: &mut dyn FnMut(&'a Origin)) {
        if let Some(at) = self {
            visit(&at.origin);
        }
    }
    fn set(&mut self, value: &Value, origin: Origin) -> Result<(), ValueError> {
        *self = Some(At { value: T::from_value(value)?, origin });
        Ok(())
    }
    fn is_said(&self) -> bool {
        self.is_some()
    }
    fn clear(&mut self) {
        *self = None;
    }
    fn holds(&self) -> Holds {
        T::HOLDS
    }
    fn rewrite(&mut self, change: Rewrite<'_>) -> Result<(), ValueError> {
        self.as_mut().map_or(Ok(()), |at| rewrite_one(at, change))
    }
}

impl<T: Scalar> Leaf for List<T> {
    fn is_secret(&self) -> bool {
        T::SECRET
    }
    fn value(&self) -> Option<Value> {
        List::is_said(self).then(|| Value::List(self.values().map(T::to_value).collect()))
    }
    fn origins<'a>(&'a self, visit: &mut dyn FnMut(&'a Origin)) {
        self.said.iter().for_each(&mut *visit);
        self.items.iter().for_each(|at| visit(&at.origin));
    }
    fn set(&mut self, value: &Value, origin: Origin) -> Result<(), ValueError> {
        let Value::List(values) = value else {
            return Err(ValueError::new(value, format!("a list of which each item is {}", T::expected())));
        };
        let items = values
            .iter()
            .map(|v| Ok(At::new(T::from_value(v)?, origin.clone())))
            .collect::<Result<_, ValueError>>()?;
        *self = List { items, said: Some(origin) };
        Ok(())
    }
    fn is_said(&self) -> bool {
        List::is_said(self)
    }
    fn clear(&mut self) {
        *self = List::default();
    }
    fn holds(&self) -> Holds {
        T::HOLDS
    }
    fn rewrite(&mut self, change: Rewrite<'_>) -> Result<(), ValueError> {
        self.items.iter_mut().try_for_each(|at| rewrite_one(at, change))
    }
}

impl<T: Scalar> Leaf for Map<T> {
    fn is_secret(&self) -> bool {
        T::SECRET
    }
    fn value(&self) -> Option<Value> {
        (!self.is_empty())
            .then(|| Value::Map(self.iter().map(|(k, at)| (k.clone(), at.value.to_value())).collect()))
    }
    fn origins<'a>(&'a self, visit: &mut dyn FnMut(&'a Origin)) {
        self.values().for_each(|at| visit(&at.origin));
    }
    /// Adds the entries to those that are there. An entry of the same name is replaced, or said a second time.
    fn set(&mut self, value: &Value, origin: Origin) -> Result<(), ValueError> {
        let Value::Map(entries) = value else {
            return Err(ValueError::new(value, format!("named values of which each is {}", T::expected())));
        };
        let mut parsed = Vec::with_capacity(entries.len());
        for (key, item) in entries {
            parsed.push((key.clone(), At::new(T::from_value(item)?, origin.clone())));
        }
        for (key, new) in parsed {
            match self.get_mut(&key) {
                Some(old) if old.value.to_value() == new.value.to_value() => old.origin.merge(&new.origin),
                Some(_) | None => drop(self.insert(key, new)),
            }
        }
        Ok(())
    }
    fn is_said(&self) -> bool {
        !self.is_empty()
    }
    fn clear(&mut self) {
        IndexMap::clear(self);
    }
    fn holds(&self) -> Holds {
        T::HOLDS
    }
    fn rewrite(&mut self, change: Rewrite<'_>) -> Result<(), ValueError> {
        self.values_mut().try_for_each(|at| rewrite_one(at, change))
    }
    fn rename_keys(&mut self, change: &mut dyn FnMut(&str) -> Option<String>) {
        *self = std::mem::take(self).into_iter().map(|(key, at)| (change(&key).unwrap_or(key), at)).collect();
    }
}

/// A field of a [`Node`], seen without its type.
pub enum FieldRef<'a> {
    /// A setting.
    Leaf(&'a dyn Leaf),
    /// A group of settings, where there is one.
    Node(Option<&'a dyn Node>),
    /// Several groups of one shape.
    Nodes(Vec<&'a dyn Node>),
    /// An enumeration whose variants carry groups: its word, its origin, its group.
    Variant(&'a dyn Variant),
}

/// The same, for writing. Groups are made when they are entered.
pub enum FieldMut<'a> {
    /// A setting.
    Leaf(&'a mut dyn Leaf),
    /// A group of settings.
    Node(&'a mut dyn Node),
    /// Several groups of one shape.
    Nodes(&'a mut dyn NodesMut),
    /// An enumeration whose variants carry groups.
    Variant(&'a mut dyn Variant),
}

/// A growing list of groups.
pub trait NodesMut {
    /// Appends an empty group and gives it.
    fn grow(&mut self) -> &mut dyn Node;
    /// Calls `visit` with each group.
    fn each(&mut self, visit: &mut dyn FnMut(&mut dyn Node));
}

/// An enumeration whose variants carry a group of settings each (a link's kind).
pub trait Variant {
    /// The variant's word.
    fn word(&self) -> &'static str;
    /// The name of its group in a path.
    fn field_name(&self) -> &'static str;
    /// Where the choice comes from.
    fn origin(&self) -> &Origin;
    /// The group it carries.
    fn node(&self) -> &dyn Node;
    /// The group it carries, for writing.
    fn node_mut(&mut self) -> &mut dyn Node;
    /// Chooses the variant with that word, with an empty group.
    ///
    /// # Errors
    /// No variant has that word.
    fn choose(&mut self, word: &str, origin: Origin) -> Result<(), ValueError>;
}

/// What can stand as a field in [`node!`](crate::node).
pub trait Field {
    /// True where there is something to see: a said setting, a group that is there.
    fn is_there(&self) -> bool;
    /// The field for reading.
    fn field_ref(&self) -> FieldRef<'_>;
    /// The field for writing.
    fn field_mut(&mut self) -> FieldMut<'_>;
}

macro_rules! leaf_field {
    ($($ty:ident),*) => { $(
        impl<T: Scalar> Field for $ty<T> {
            fn is_there(&self) -> bool { Leaf::is_said(self) }
            fn field_ref(&self) -> FieldRef<'_> { FieldRef::Leaf(self) }
            fn field_mut(&mut self) -> FieldMut<'_> { FieldMut::Leaf(self) }
        }
    )* };
}
leaf_field!(List, Map);

impl<T: Scalar> Field for Option<At<T>> {
    fn is_there(&self) -> bool {
        self.is_some()
    }
    fn field_ref(&self) -> FieldRef<'_> {
        FieldRef::Leaf(self)
    }
    fn field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Leaf(self)
    }
}

impl<N: Node + Default> Field for Option<Box<N>> {
    fn is_there(&self) -> bool {
        self.is_some()
    }
    fn field_ref(&self) -> FieldRef<'_> {
        FieldRef::Node(self.as_deref().map(|n| n as &dyn Node))
    }
    fn field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Node(&mut **self.get_or_insert_default())
    }
}

impl<N: Node + Default> NodesMut for Vec<N> {
    fn grow(&mut self) -> &mut dyn Node {
        self.push(N::default());
        self.last_mut().expect("just pushed")
    }
    fn each(&mut self, visit: &mut dyn FnMut(&mut dyn Node)) {
        self.iter_mut().for_each(|node| visit(node));
    }
}

impl<N: Node + Default> Field for Vec<N> {
    fn is_there(&self) -> bool {
        !self.is_empty()
    }
    fn field_ref(&self) -> FieldRef<'_> {
        FieldRef::Nodes(self.iter().map(|n| n as &dyn Node).collect())
    }
    fn field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Nodes(self)
    }
}

/// A struct of the model that can be walked.
pub trait Node {
    /// Calls `visit` with each field, in order of declaration.
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'static str, FieldRef<'a>));
    /// Calls `visit` with each said setting and each group that is there. Of hundreds of fields an input says a
    /// dozen, so the others are passed over before anything is made of them.
    fn visit_said<'a>(&'a self, visit: &mut dyn FnMut(&'static str, FieldRef<'a>));
    /// The same for writing.
    fn visit_said_mut(&mut self, visit: &mut dyn FnMut(&'static str, FieldMut<'_>));
    /// The field of that name.
    fn field(&self, name: &str) -> Option<FieldRef<'_>>;
    /// The field of that name, for writing.
    fn field_mut(&mut self, name: &str) -> Option<FieldMut<'_>>;
    /// Name and documentation of each field.
    fn docs(&self) -> &'static [(&'static str, &'static str)];
}

/// Declares a struct of the model. Every field is one of [`Said`], [`List`],
/// [`Map`], [`Sub`] and [`Nodes`]; the struct gets `Node`, `Default`, `Clone`,
/// `PartialEq` (origins do not count) and `Debug`.
#[macro_export]
macro_rules! node {
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[doc = $doc:expr])* $field:ident : $ty:ty ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name { $( $(#[doc = $doc])* pub $field: $ty, )* }

        impl $crate::reflect::Node for $name {
            #[allow(unused_variables)]
            fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'static str, $crate::reflect::FieldRef<'a>)) {
                $( visit(stringify!($field), $crate::reflect::Field::field_ref(&self.$field)); )*
            }
            #[allow(unused_variables)]
            fn visit_said<'a>(&'a self, visit: &mut dyn FnMut(&'static str, $crate::reflect::FieldRef<'a>)) {
                $( if $crate::reflect::Field::is_there(&self.$field) {
                    visit(stringify!($field), $crate::reflect::Field::field_ref(&self.$field));
                } )*
            }
            #[allow(unused_variables)]
            fn visit_said_mut(&mut self, visit: &mut dyn FnMut(&'static str, $crate::reflect::FieldMut<'_>)) {
                $( if $crate::reflect::Field::is_there(&self.$field) {
                    visit(stringify!($field), $crate::reflect::Field::field_mut(&mut self.$field));
                } )*
            }
            fn field(&self, name: &str) -> Option<$crate::reflect::FieldRef<'_>> {
                match name {
                    $( stringify!($field) => Some($crate::reflect::Field::field_ref(&self.$field)), )*
                    _ => None,
                }
            }
            fn field_mut(&mut self, name: &str) -> Option<$crate::reflect::FieldMut<'_>> {
                match name {
                    $( stringify!($field) => Some($crate::reflect::Field::field_mut(&mut self.$field)), )*
                    _ => None,
                }
            }
            fn docs(&self) -> &'static [(&'static str, &'static str)] {
                &[$( (stringify!($field), concat!($($doc),*)) ),*]
            }
        }
    };
}
