//! A path that changes, to people and to programs: the same words for `migrate` and `convert`.

use serde_json::{Value, json};

/// What becomes of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing stood there.
    Create,
    /// Something else stood there.
    Replace,
    /// Nothing stands there any more.
    Remove,
}

impl Action {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Replace => "replace",
            Action::Remove => "remove",
        }
    }
}

/// A path that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it stands on the host.
    pub path: String,
    /// What becomes of it.
    pub action: Action,
    /// The new mode, of what is removed the old one; symbolic links have none.
    pub mode: Option<u32>,
    /// A unified diff, where it was asked for.
    pub diff: Option<String>,
}

impl Change {
    /// `{"path": …, "action": …, "mode": "0600"}`, with `diff` where there is one.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut object = json!({
            "path": self.path,
            "action": self.action.word(),
            "mode": self.mode.map(|mode| format!("{mode:04o}")),
        });
        if let Some(diff) = &self.diff {
            object["diff"] = diff.as_str().into();
        }
        object
    }

    /// `create  /etc/network/interfaces (0644)`.
    #[must_use]
    pub fn line(&self) -> String {
        let mode = self.mode.filter(|_| self.action != Action::Remove);
        let mode = mode.map_or_else(String::new, |mode| format!(" ({mode:04o})"));
        format!("{:8}{}{mode}", self.action.word(), self.path)
    }
}
