//! An XLSX file is a ZIP file: a small one can unpack into what fills the memory. How much it says it unpacks into is looked at, and then it
//! is unpacked once into nothing and counted, for what it says need not be true.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::BadInput;

/// The largest workbook, unpacked, bytes: some three times what [`super::ROWS_MAX`] rows of tickets come to.
const UNPACKED_MAX: u64 = 512 * 1024 * 1024;
/// How much larger than its file a workbook may be. Sheets of one repeated word come to about 100.
const RATIO_MAX: u64 = 200;
/// Below this size no ratio is asked: small files have little to say about it. Bytes.
const SMALL: u64 = 16 * 1024 * 1024;
/// Parts of a workbook, at most.
const PARTS_MAX: usize = 2_000;

/// Does this workbook unpack into what one can hold?
///
/// # Errors
/// It does not, or it is no ZIP file; the sentence says what to do.
pub(super) fn check(bytes: &[u8]) -> Result<(), BadInput> {
    let unreadable = |e: &dyn std::fmt::Display| BadInput::new("文件", format!("不是可读取的 XLSX 表格（{e}）"));
    let bomb = |why: &str| {
        BadInput::new(
            "文件",
            format!("{why}，像是压缩炸弹，没有读取；请用表格软件打开原表，另存为新的 XLSX 或者 CSV 再导入"),
        )
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    if archive.len() > PARTS_MAX {
        return Err(bomb("里面的部件超过 2000 个"));
    }
    let most = UNPACKED_MAX.min((bytes.len() as u64 * RATIO_MAX).max(SMALL));
    let why = || {
        if most == UNPACKED_MAX {
            bomb("解压后超过 512 MB")
        } else {
            bomb("解压后超过文件本身的 200 倍")
        }
    };
    if archive.decompressed_size().is_some_and(|said| said > u128::from(most)) {
        return Err(why());
    }
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|e| unreadable(&e))?;
        // A name that cannot be read leads nowhere good either.
        if part.name().map_or(true, |name| name.contains("..") || name.starts_with(['/', '\\'])) {
            return Err(BadInput::new(
                "文件",
                "里面有指向别处的路径，没有读取；请用表格软件另存为新的 XLSX 或者 CSV 再导入",
            ));
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|e| unreadable(&e))?;
        if read > left {
            return Err(why());
        }
        left -= read;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            let block = vec![b' '; 1024 * 1024];
            let mut left = *bytes;
            while left > 0 {
                let n = left.min(block.len());
                zip.write_all(&block[..n]).unwrap();
                left -= n;
            }
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_that_unpacks_into_what_it_holds_is_read() {
        assert_eq!(
            check(&archive(&[("xl/workbook.xml", 1000), ("xl/worksheets/sheet1.xml", 10 * 1024 * 1024)])),
            Ok(())
        );
    }

    #[test]
    fn a_small_file_that_unpacks_into_a_large_one_is_not() {
        let bomb = archive(&[("xl/worksheets/sheet1.xml", 40 * 1024 * 1024)]);
        assert!(bomb.len() < 100_000);
        let said = super::super::read(&bomb).unwrap_err().to_string();
        assert!(said.contains("解压后超过文件本身的 200 倍") && said.contains("另存为新的 XLSX"), "{said}");
    }

    #[test]
    fn many_parts_count_together() {
        let parts: Vec<(String, usize)> = (0..30).map(|n| (format!("{n}.xml"), 1024 * 1024)).collect();
        let parts: Vec<(&str, usize)> = parts.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        assert!(check(&archive(&parts)).unwrap_err().text.contains("压缩炸弹"));
    }

    #[test]
    fn a_size_that_is_not_true_does_not_help() {
        let mut bomb = archive(&[("a.xml", 40 * 1024 * 1024)]);
        // Both places that state the size unpacked now say one kilobyte.
        let size = (40_u32 * 1024 * 1024).to_le_bytes();
        let places: Vec<usize> = bomb.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
        assert!(!places.is_empty());
        for at in places {
            bomb[at..at + 4].copy_from_slice(&1024_u32.to_le_bytes());
        }
        assert!(check(&bomb).is_err());
    }

    #[test]
    fn paths_out_and_too_many_parts_are_refused() {
        assert!(check(&archive(&[("../../x.xml", 1)])).unwrap_err().text.contains("指向别处的路径"));
        let names: Vec<String> = (0..2_001).map(|n| n.to_string()).collect();
        let parts: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 0)).collect();
        assert!(check(&archive(&parts)).unwrap_err().text.contains("超过 2000 个"));
    }
}
