//! A file while it comes: hidden beside its place, as half a file looks like a whole one.

use std::{
    fs::Permissions,
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempPath;
use tokio::{fs::File, io::AsyncWriteExt as _};

/// Deleted when it is dropped before it is whole.
pub(super) struct Part {
    file: File,
    path: TempPath,
    place: PathBuf,
}

impl Part {
    /// A file `.NAME.XXXXXX.part`, so that two of one name do not meet.
    pub(super) fn create(place: PathBuf) -> io::Result<Self> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let folder = place.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            // As any other file, less what the umask takes.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)?;
        let (file, path) = file.into_parts();
        Ok(Self { file: File::from_std(file), path, place })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Puts the file into its place. Fails with [`io::ErrorKind::AlreadyExists`] when something is there.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.path.persist_noclobber(&self.place).map_err(|refused| refused.error)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_file_is_there_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.txt");
        let mut part = Part::create(place.clone()).unwrap();
        part.write(b"whole").await.unwrap();
        let hidden = names(folder.path());
        assert!(hidden.len() == 1 && hidden[0].starts_with(".a.txt.") && hidden[0].ends_with(".part"), "{hidden:?}");
        part.finish().await.unwrap();
        assert_eq!(names(folder.path()), ["a.txt"]);
        assert_eq!(fs::read(&place).unwrap(), b"whole");
        let usual = folder.path().join("usual");
        fs::write(&usual, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&place), mode(&usual));
    }

    #[tokio::test]
    async fn nothing_is_left_of_half_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = Part::create(folder.path().join("a.txt")).unwrap();
        part.write(b"half").await.unwrap();
        drop(part);
        assert!(names(folder.path()).is_empty());
    }

    #[tokio::test]
    async fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.txt");
        let part = Part::create(place.clone()).unwrap();
        fs::write(&place, "dear").unwrap();
        assert_eq!(part.finish().await.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["a.txt"]);
        assert_eq!(fs::read(&place).unwrap(), b"dear");
    }
}
