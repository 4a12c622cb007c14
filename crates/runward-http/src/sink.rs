//! Where content goes.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom, Write},
};

/// A writer that can drop what it holds, for when a server cannot go on where a download stopped.
pub trait Sink: Write {
    /// Back to empty.
    fn restart(&mut self) -> io::Result<()>;

    /// Called before content is written: what a later request can resume it with, if anything.
    /// A sink that outlives the process notes it.
    fn begins(&mut self, validator: Option<&str>) -> io::Result<()> {
        let _ = validator;
        Ok(())
    }
}

impl Sink for Vec<u8> {
    fn restart(&mut self) -> io::Result<()> {
        self.clear();
        Ok(())
    }
}

/// A file that is appended to.
#[derive(Debug)]
pub struct FileSink {
    file: File,
}

impl FileSink {
    /// Goes on after what `file` (opened for writing) holds; returns that length as well.
    pub fn append(mut file: File) -> io::Result<(Self, u64)> {
        let length = file.seek(SeekFrom::End(0))?;
        Ok((Self { file }, length))
    }

    /// The file, all of it on disk.
    pub fn finish(self) -> io::Result<File> {
        self.file.sync_all()?;
        Ok(self.file)
    }
}

impl Write for FileSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Sink for FileSink {
    fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(())
    }
}
