//! Files that members upload, kept by the hash of their bytes.
//!
//! Only what we re-encoded ourselves is kept: a file's name is the SHA-256 of what is stored, so two
//! uploads of one picture are one file. Who still needs a file is the caller's to know.

mod picture;

use super::error::{Error, Result};
use super::id::sha256_hex;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use tokio::sync::Semaphore;

/// Decodes at once in this process: each may hold some 200 MB.
const DECODES_MAX: usize = 2;
static DECODES: Semaphore = Semaphore::const_new(DECODES_MAX);

/// Where a node's files are.
pub struct MediaStore {
    files: LocalFileSystem,
}

/// A picture that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of the stored bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// `jpg` or `png`.
    pub extension: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Width as shown, in pixels.
    pub width: u32,
    /// Height as shown, in pixels.
    pub height: u32,
    /// Size of the stored file, thumbnail not counted.
    pub bytes: u64,
}

impl Picture {
    /// The name it is read by.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.sha256, self.extension)
    }

    /// The name its thumbnail is read by.
    #[must_use]
    pub fn thumbnail_name(&self) -> String {
        format!("{}.thumb.{}", self.sha256, self.extension)
    }
}

impl MediaStore {
    /// Opens the store in a folder, making the folder if need be.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(dir: &std::path::Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let files = LocalFileSystem::new_with_prefix(dir)?.with_fsync(true);
        Ok(Self { files })
    }

    /// Reads a picture by its content, turns it upright, leaves all metadata behind, reduces it to
    /// 2048 pixels and stores it with a thumbnail of 640. How many bytes an upload may have is the
    /// door's to say.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it is no picture we read, [`Error::TooLarge`] when it has too many
    /// pixels.
    pub async fn save_picture(&self, upload: Bytes) -> Result<Picture> {
        let permit = DECODES.acquire().await.map_err(Error::internal)?;
        // The permit goes along: a visitor who leaves does not stop the work they began.
        let work = tokio::task::spawn_blocking(move || {
            let made = picture::remake(&upload);
            drop(permit);
            made
        });
        // A decoder that panics met a file it could not read.
        let made = work.await.map_err(|_| picture::unreadable())??;
        let picture = Picture {
            sha256: sha256_hex(&made.full),
            extension: made.kind.extension(),
            media_type: made.kind.media_type(),
            width: made.width,
            height: made.height,
            bytes: made.full.len() as u64,
        };
        // The thumbnail first: where there is a picture, there is its thumbnail.
        for (name, bytes) in [
            (picture.thumbnail_name(), made.thumbnail),
            (picture.name(), made.full),
        ] {
            self.files.put(&Path::from(name), bytes.into()).await?;
        }
        Ok(picture)
    }

    /// A stored file and its media type.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or the name is not one of ours.
    pub async fn read(&self, name: &str) -> Result<(Bytes, &'static str)> {
        let (path, media_type) = known_name(name).ok_or(Error::NotFound)?;
        let found = self.files.get(&path).await.map_err(absent)?;
        Ok((found.bytes().await.map_err(absent)?, media_type))
    }

    /// Removes a file; with a picture goes its thumbnail. What is not there is removed already.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the name is not one of ours.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let (path, _) = known_name(name).ok_or(Error::NotFound)?;
        let thumbnail = Path::from(name.replacen('.', ".thumb.", 1));
        for path in [path, thumbnail] {
            match self.files.delete(&path).await.map_err(absent) {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How much room all files take.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn total_bytes(&self) -> Result<u64> {
        let sizes = self.files.list(None).map_ok(|file| file.size);
        let total = sizes.try_fold(
            0_u64,
            |sum, size| async move { Ok(sum.saturating_add(size)) },
        );
        Ok(total.await?)
    }
}

fn absent(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotFound,
        other => other.into(),
    }
}

/// Only `{64 hexadecimal digits}[.thumb].{jpg|png|webp}`: no other name ever reaches the disk.
fn known_name(name: &str) -> Option<(Path, &'static str)> {
    let (hash, rest) = name.split_once('.')?;
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if hash.len() != 64 || !hash.bytes().all(hex) {
        return None;
    }
    let media_type = match rest.strip_prefix("thumb.").unwrap_or(rest) {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => return None,
    };
    Some((Path::from(name), media_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat, RgbaImage};

    fn upload(image: &DynamicImage, format: ImageFormat) -> Bytes {
        let mut out = std::io::Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner().into()
    }

    fn store() -> (tempfile::TempDir, MediaStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = MediaStore::open(&dir.path().join("media")).unwrap();
        (dir, store)
    }

    #[tokio::test]
    async fn a_picture_is_kept_read_counted_and_removed() {
        let (_dir, store) = store();
        let seen_through = DynamicImage::ImageRgba8(RgbaImage::from_fn(3000, 100, |x, _| {
            image::Rgba([u8::try_from(x % 256).unwrap(), 90, 20, 128])
        }));
        let picture = store
            .save_picture(upload(&seen_through, ImageFormat::WebP))
            .await
            .unwrap();
        assert_eq!(
            (picture.extension, picture.media_type),
            ("png", "image/png")
        );
        assert_eq!((picture.width, picture.height), (2048, 68));

        let (full, media_type) = store.read(&picture.name()).await.unwrap();
        assert_eq!(media_type, "image/png");
        assert_eq!(full.len() as u64, picture.bytes);
        assert_eq!(sha256_hex(&full), picture.sha256);
        let (thumb, _) = store.read(&picture.thumbnail_name()).await.unwrap();
        assert_eq!(image::load_from_memory(&thumb).unwrap().width(), 640);
        assert_eq!(
            store.total_bytes().await.unwrap(),
            (full.len() + thumb.len()) as u64
        );

        // The same picture again is the same file.
        let again = store
            .save_picture(upload(&seen_through, ImageFormat::Png))
            .await;
        assert_eq!(again.unwrap(), picture);

        store.remove(&picture.name()).await.unwrap();
        store.remove(&picture.name()).await.unwrap();
        assert_eq!(store.total_bytes().await.unwrap(), 0);
        let gone = store.read(&picture.name()).await;
        assert!(matches!(gone, Err(Error::NotFound)));
    }

    #[tokio::test]
    async fn other_names_never_reach_the_disk() {
        let (dir, store) = store();
        let hash = "0".repeat(64);
        std::fs::write(dir.path().join("secret.key"), "secret").unwrap();
        std::fs::write(dir.path().join("media").join(format!("{hash}.svg")), "x").unwrap();
        for name in [
            "../secret.key".to_owned(),
            "..%2fsecret.key".to_owned(),
            "/etc/passwd".to_owned(),
            String::new(),
            hash.clone(),
            format!("{hash}.svg"),
            format!("{hash}.jpg/../../secret.key"),
            format!("{}.jpg", "A".repeat(64)),
            format!("{hash}.thumb.thumb.jpg"),
            format!("{hash}.jpg\0"),
        ] {
            let read = store.read(&name).await;
            assert!(matches!(read, Err(Error::NotFound)), "{name}");
            let removed = store.remove(&name).await;
            assert!(matches!(removed, Err(Error::NotFound)), "{name}");
        }
    }
}
