//! Files that members upload, kept by the hash of their bytes.
use super::error::Result;

/// Where a node's files are.
pub struct MediaStore;

impl MediaStore {
    /// Opens the store in a folder, making the folder if need be.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(dir: &std::path::Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        Ok(Self)
    }
}
