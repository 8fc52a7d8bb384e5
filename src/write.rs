//! Files to the disk: all of them or none, and never where they were not meant to go.
//!
//! Everything is staged in a folder of its own and then renamed into place; when a step fails, what was placed is
//! taken back. Directories below the output directory are entered by handle and never through a symbolic link,
//! so that a link planted there cannot lead a file elsewhere.

use crate::below::{self, DIRECTORY, FILE, parts, split};
use crate::failure::{Failure, FailureKind};
use crate::render::unified::{LINK_MODE, Page, link_text};
use netpivot_emitters::OutputFile;
use netpivot_parsers::MAX_FILE;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawMode};
use rustix::io::Errno;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

/// Writes the files below `directory`, which is made when it is not there. Tells of each what was done.
///
/// # Errors
/// A file is there that differs (without `force`), or the system refuses; nothing was changed then.
pub fn write(directory: &Path, files: &[OutputFile], force: bool) -> Result<Vec<Step>, Failure> {
    let is_new = !directory.exists();
    std::fs::create_dir_all(directory).map_err(|error| {
        let failure = cannot(directory, &error);
        if directory.exists() && !directory.is_dir() {
            failure.help("`-o` names the directory that the files go into; this is a file")
        } else {
            failure
        }
    })?;
    let root = below::open(directory).map_err(|e| cannot(directory, &e.into()))?;
    let mut job = Job { root, directory, stage: None, made: Vec::new(), placed: Vec::new() };
    let result = job.run(files, force);
    if result.is_err() {
        job.take_back();
    }
    job.clear_stage();
    if is_new && result.is_err() {
        // Only where it is empty, so that nobody's file goes.
        let _ = std::fs::remove_dir(directory);
    }
    result
}

/// The files that stand at the paths of `files` below `directory`, entered as [`write()`] enters it.
///
/// # Errors
/// The system refuses, or a directory stands there.
pub fn there(directory: &Path, files: &[OutputFile]) -> Result<Vec<Page>, Failure> {
    let root = match below::open(directory) {
        Ok(root) => root,
        Err(Errno::NOENT) => return Ok(Vec::new()),
        Err(errno) => return Err(cannot_read(directory, errno)),
    };
    let job = Job { root, directory, stage: None, made: Vec::new(), placed: Vec::new() };
    let mut found = Vec::new();
    for file in files {
        let (parent, name) = split(&file.path)?;
        let length = u64::try_from(file.text.len()).unwrap_or(u64::MAX);
        // One byte more than either, so that a longer file is never taken for the same.
        let limit = length.max(MAX_FILE).saturating_add(1);
        let page = below::enter(&job.root, parent).and_then(|parent| read(&parent, name, limit));
        match page {
            Ok((mode, text)) => found.push(Page { path: file.path.clone(), mode, text }),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(cannot_read(Path::new(&job.shown(&file.path)), errno)),
        }
    }
    Ok(found)
}

/// Mode and text of what stands at a name; of a symbolic link where it leads.
fn read(parent: &OwnedFd, name: &str, limit: u64) -> Result<(u32, String), Errno> {
    let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
        let target = rustix::fs::readlinkat(parent, name, Vec::new())?;
        return Ok((LINK_MODE, link_text(&target.to_string_lossy())));
    }
    let handle = rustix::fs::openat(parent, name, FILE, Mode::empty())?;
    let mut bytes = Vec::new();
    let read = File::from(handle).take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    Ok((stat.st_mode & 0o7777, String::from_utf8_lossy(&bytes).into_owned()))
}

fn cannot_read(path: &Path, errno: Errno) -> Failure {
    let error = std::io::Error::from(errno);
    Failure::input(format!("`{}` cannot be read: {error}", path.to_string_lossy()))
        .help("run with the rights to read it, or name another directory with `-o`")
}

struct Job<'a> {
    root: OwnedFd,
    directory: &'a Path,
    /// The staging folder: its name and its handle.
    stage: Option<(String, OwnedFd)>,
    /// Directories made, in order.
    made: Vec<String>,
    /// Files placed: path, and the name in the stage of what was there before.
    placed: Vec<(String, Option<String>)>,
}

/// What has to be done for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is there already.
    Nothing,
    /// Nothing stands in its place.
    Place,
    /// Something else does.
    Replace,
}

impl Step {
    /// What is done where this stands in the place of that file.
    #[must_use]
    pub fn of(there: Option<&Page>, file: &OutputFile) -> Self {
        match there {
            None => Step::Place,
            Some(there) if *there == Page::from(file) => Step::Nothing,
            Some(_) => Step::Replace,
        }
    }
}

impl Job<'_> {
    fn run(&mut self, files: &[OutputFile], force: bool) -> Result<Vec<Step>, Failure> {
        let steps = self.plan(files, force)?;
        if steps.iter().all(|step| matches!(step, Step::Nothing)) {
            return Ok(steps);
        }
        self.open_stage()?;
        for (n, (file, step)) in files.iter().zip(&steps).enumerate() {
            if !matches!(step, Step::Nothing) {
                self.stage_file(&format!("new{n}"), file)?;
            }
        }
        let mut last: Option<(&str, OwnedFd)> = None;
        for (n, (file, step)) in files.iter().zip(&steps).enumerate() {
            let replace = match step {
                Step::Nothing => continue,
                Step::Place => false,
                Step::Replace => true,
            };
            let (parent, _) = split(&file.path)?;
            let (_, directory) = match last.take() {
                Some(same) if same.0 == parent => last.insert(same),
                Some(_) | None => {
                    let made = self.make(parent).map_err(|e| self.error(&file.path, e))?;
                    last.insert((parent, made))
                }
            };
            self.place(directory, &file.path, n, replace)?;
        }
        Ok(steps)
    }

    /// Looks at what is there before anything is changed; all conflicts come at once.
    fn plan(&self, files: &[OutputFile], force: bool) -> Result<Vec<Step>, Failure> {
        let mut conflicts = Vec::new();
        let mut steps = Vec::with_capacity(files.len());
        // Files come sorted, so that most stand in the directory of the one before.
        let mut last: Option<(&str, Result<OwnedFd, Errno>)> = None;
        for file in files {
            let (parent, name) = split(&file.path)?;
            let (_, directory) = match last.take() {
                Some(same) if same.0 == parent => last.insert(same),
                Some(_) | None => last.insert((parent, below::enter(&self.root, parent))),
            };
            let there = match directory {
                Ok(parent) => look(parent, name, file).map_err(|e| self.error(&file.path, e))?,
                Err(Errno::NOENT) => There::Nothing,
                Err(errno) => return Err(self.error(&file.path, *errno)),
            };
            steps.push(match there {
                There::Nothing => Step::Place,
                There::Same => Step::Nothing,
                There::SameText => Step::Replace,
                There::Other if force => Step::Replace,
                There::Other => {
                    conflicts.push(format!("`{}`", self.shown(&file.path)));
                    Step::Nothing
                }
                There::Directory => {
                    let message = format!("a directory stands at `{}`", self.shown(&file.path));
                    return Err(Failure::new(FailureKind::Write, message).help("remove it"));
                }
            });
        }
        if conflicts.is_empty() {
            return Ok(steps);
        }
        let message = format!("{} is there already and differs; nothing was written", conflicts.join(", "));
        Err(Failure::new(FailureKind::Write, message).help("write to an empty directory, or add `--force`"))
    }

    /// The handle of a directory below the output directory; parts that are missing are made.
    fn make(&mut self, path: &str) -> Result<OwnedFd, Errno> {
        let mut handle = rustix::io::fcntl_dupfd_cloexec(&self.root, 0)?;
        let mut at = String::new();
        for part in parts(path) {
            at.push('/');
            at.push_str(part);
            match rustix::fs::mkdirat(&handle, part, Mode::from_raw_mode(0o755)) {
                Ok(()) => self.made.push(at.clone()),
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno),
            }
            handle = rustix::fs::openat(&handle, part, DIRECTORY, Mode::empty())?;
        }
        Ok(handle)
    }

    fn open_stage(&mut self) -> Result<(), Failure> {
        for n in 0..1000 {
            let name = format!(".netpivot-{}-{n}", std::process::id());
            match rustix::fs::mkdirat(&self.root, name.as_str(), Mode::RWXU) {
                Ok(()) => {
                    let handle = rustix::fs::openat(&self.root, name.as_str(), DIRECTORY, Mode::empty())
                        .map_err(|e| self.error(&name, e))?;
                    self.stage = Some((name, handle));
                    return Ok(());
                }
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(self.error(&name, errno)),
            }
        }
        Err(Failure::new(FailureKind::Write, format!("`{}` is full of staging folders", self.shown(""))))
    }

    fn staging(&self) -> &OwnedFd {
        &self.stage.as_ref().expect("opened before the first file is staged").1
    }

    fn stage_file(&self, name: &str, file: &OutputFile) -> Result<(), Failure> {
        if let Some(target) = &file.link_to {
            return rustix::fs::symlinkat(target.as_str(), self.staging(), name)
                .map_err(|e| self.error(&file.path, e));
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = mode_of(file);
        let write = || -> std::io::Result<()> {
            let handle = rustix::fs::openat(self.staging(), name, flags, Mode::RUSR | Mode::WUSR)?;
            rustix::fs::fchmod(&handle, mode)?;
            File::from(handle).write_all(file.text.as_bytes())
        };
        write().map_err(|error| cannot(Path::new(&self.shown(&file.path)), &error))
    }

    /// Renames a staged file into the directory `target` that it belongs to.
    fn place(&mut self, target: &OwnedFd, path: &str, n: usize, replace: bool) -> Result<(), Failure> {
        let (_, name) = split(path)?;
        let saved = replace.then(|| format!("old{n}"));
        if let Some(saved) = &saved {
            rustix::fs::renameat(target, name, self.staging(), saved.as_str())
                .map_err(|e| self.error(path, e))?;
        }
        self.placed.push((path.to_owned(), saved));
        let staged = format!("new{n}");
        rustix::fs::renameat(self.staging(), staged.as_str(), target, name).map_err(|e| self.error(path, e))
    }

    /// Undoes what was done so far, the last first.
    fn take_back(&mut self) {
        while let Some((path, saved)) = self.placed.pop() {
            let Ok((parent, name)) = split(&path) else { continue };
            let Ok(parent) = below::enter(&self.root, parent) else { continue };
            let _ = match saved {
                Some(saved) => rustix::fs::renameat(self.staging(), saved.as_str(), &parent, name),
                None => rustix::fs::unlinkat(&parent, name, AtFlags::empty()),
            };
        }
        while let Some(path) = self.made.pop() {
            if let Ok((parent, name)) = split(&path)
                && let Ok(parent) = below::enter(&self.root, parent)
            {
                let _ = rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR);
            }
        }
    }

    fn clear_stage(&mut self) {
        let Some((name, handle)) = self.stage.take() else { return };
        if let Ok(entries) = rustix::fs::Dir::read_from(&handle) {
            for entry in entries.flatten() {
                let _ = rustix::fs::unlinkat(&handle, entry.file_name(), AtFlags::empty());
            }
        }
        let _ = rustix::fs::unlinkat(&self.root, name.as_str(), AtFlags::REMOVEDIR);
    }

    fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.directory.to_string_lossy().trim_end_matches('/'))
    }

    fn error(&self, path: &str, errno: Errno) -> Failure {
        let path = self.shown(path);
        match errno {
            Errno::LOOP | Errno::NOTDIR => Failure::new(
                FailureKind::Write,
                format!("`{path}` cannot be written: a part of it is a symbolic link or no directory"),
            )
            .help("remove what stands there, or write elsewhere"),
            other => cannot(Path::new(&path), &other.into()),
        }
    }
}

/// What stands where a file is to go.
enum There {
    Nothing,
    Same,
    SameText,
    Other,
    Directory,
}

fn mode_of(file: &OutputFile) -> Mode {
    Mode::from_raw_mode(RawMode::try_from(file.mode).unwrap_or(0o600))
}

fn look(parent: &OwnedFd, name: &str, file: &OutputFile) -> Result<There, Errno> {
    let stat = match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(There::Nothing),
        Err(errno) => return Err(errno),
    };
    match (FileType::from_raw_mode(stat.st_mode), &file.link_to) {
        (FileType::RegularFile, None) => {}
        (FileType::Directory, _) => return Ok(There::Directory),
        (FileType::Symlink, Some(target)) => {
            let found = rustix::fs::readlinkat(parent, name, Vec::new())?;
            return Ok(if found.to_bytes() == target.as_bytes() { There::Same } else { There::Other });
        }
        (
            FileType::RegularFile
            | FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown,
            _,
        ) => return Ok(There::Other),
    }
    if u64::try_from(stat.st_size).ok() != u64::try_from(file.text.len()).ok() {
        return Ok(There::Other);
    }
    let mut text = Vec::with_capacity(file.text.len());
    match rustix::fs::openat(parent, name, FILE, Mode::empty()) {
        Ok(handle) => {
            let limit = u64::try_from(file.text.len()).unwrap_or(u64::MAX).saturating_add(1);
            if File::from(handle).take(limit).read_to_end(&mut text).is_err() {
                return Ok(There::Other);
            }
        }
        Err(_) => return Ok(There::Other),
    }
    let same = text == file.text.as_bytes();
    Ok(match (same, Mode::from_raw_mode(stat.st_mode) == mode_of(file)) {
        (true, true) => There::Same,
        (true, false) => There::SameText,
        (false, _) => There::Other,
    })
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let failure =
        Failure::new(FailureKind::Write, format!("`{}` cannot be written: {error}", path.to_string_lossy()));
    if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) {
        return failure.help("name a directory that can be written to with `-o`");
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile {
            path: path.into(),
            mode: 0o600,
            text: text.into(),
            has_secrets: false,
            link_to: None,
            reads_as: None,
        }
    }

    fn read(dir: &Path, path: &str) -> Option<String> {
        std::fs::read_to_string(dir.join(path.trim_start_matches('/'))).ok()
    }

    #[test]
    fn files_stand_as_on_the_host_with_their_modes() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("new/out");
        let files = [file("/etc/a/x", "1"), file("/etc/y", "2")];
        assert_eq!(write(&out, &files, false).unwrap(), [Step::Place, Step::Place]);
        assert_eq!(read(&out, "/etc/a/x").as_deref(), Some("1"));
        let mode = std::fs::metadata(out.join("etc/y")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1, "no stage is left");
        assert_eq!(write(&out, &[file("/etc/a/x", "1")], false).unwrap(), [Step::Nothing], "the same again");
    }

    #[test]
    fn a_different_file_is_kept_without_force() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[file("/b", "old")], false).unwrap();
        let failure = write(dir.path(), &[file("/a", "new"), file("/b", "new")], false).unwrap_err();
        assert_eq!(failure.kind.exit(), 5);
        assert_eq!((read(dir.path(), "/a"), read(dir.path(), "/b").as_deref()), (None, Some("old")));
        let files = [file("/a", "new"), file("/b", "new")];
        let there = there(dir.path(), &files).unwrap();
        let told = |file: &OutputFile| Step::of(there.iter().find(|page| page.path == file.path), file);
        let foreseen: Vec<Step> = files.iter().map(told).collect();
        assert_eq!(foreseen, [Step::Place, Step::Replace]);
        assert_eq!(write(dir.path(), &files, true).unwrap(), foreseen);
        assert_eq!(read(dir.path(), "/b").as_deref(), Some("new"));
    }

    #[test]
    fn what_is_there_is_read_and_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let files = [file("/etc/a", "new"), file("/etc/b", "new")];
        assert_eq!(there(&dir.path().join("none"), &files).unwrap(), []);
        assert_eq!(there(dir.path(), &files).unwrap(), []);
        write(dir.path(), &[file("/etc/a", "old")], false).unwrap();
        symlink("/etc/passwd", dir.path().join("etc/b")).unwrap();
        let page = |path: &str, mode, text: &str| Page { path: path.into(), mode, text: text.into() };
        let expected = [page("/etc/a", 0o600, "old"), page("/etc/b", LINK_MODE, "-> /etc/passwd\n")];
        assert_eq!(there(dir.path(), &files).unwrap(), expected);
        symlink("/etc", dir.path().join("elsewhere")).unwrap();
        assert_eq!(there(dir.path(), &[file("/elsewhere/passwd", "")]).unwrap_err().kind.exit(), 3);
    }

    #[test]
    fn a_planted_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (dir.path().join("out"), dir.path().join("elsewhere"));
        std::fs::create_dir_all(&out).unwrap();
        std::fs::create_dir_all(&elsewhere).unwrap();
        symlink(&elsewhere, out.join("etc")).unwrap();
        assert_eq!(write(&out, &[file("/etc/x", "1")], true).unwrap_err().kind.exit(), 5);
        symlink(elsewhere.join("y"), out.join("y")).unwrap();
        write(&out, &[file("/y", "1")], true).unwrap();
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
        assert!(std::fs::symlink_metadata(out.join("y")).unwrap().is_file());
    }

    #[test]
    fn a_link_is_made_once_and_replaced_by_force_only() {
        let dir = tempfile::tempdir().unwrap();
        let link = |to: &str| OutputFile { link_to: Some(to.into()), ..file("/etc/a", "") };
        for _ in 0..2 {
            write(dir.path(), &[link("/etc/b")], false).unwrap();
        }
        assert_eq!(write(dir.path(), &[link("/etc/c")], false).unwrap_err().kind.exit(), 5);
        write(dir.path(), &[link("/etc/c")], true).unwrap();
        assert_eq!(std::fs::read_link(dir.path().join("etc/a")).unwrap(), Path::new("/etc/c"));
    }

    #[test]
    fn a_failure_takes_everything_back() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("old"), "old").unwrap();
        let files = [file("/etc/a", "1"), file("/old", "new"), file("/etc/a/b", "2")];
        assert!(write(dir.path(), &files, true).is_err(), "`/etc/a` cannot be a file and a directory");
        let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["old"]);
        assert_eq!(read(dir.path(), "/old").as_deref(), Some("old"));
        let out = dir.path().join("out");
        assert!(write(&out, &files, true).is_err());
        assert!(!out.exists(), "it was made for nothing");
    }

    #[test]
    fn no_path_leads_out() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["/../x", "x", "/a//b", "/a/./b", "/"] {
            assert_eq!(write(dir.path(), &[file(path, "")], true).unwrap_err().kind.exit(), 70, "{path}");
        }
    }
}
