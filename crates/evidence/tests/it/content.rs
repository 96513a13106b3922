//! Which files are taken: every way to send the wrong one has its sentence, which names the file and says what to do.

use std::fs::{self, File};
use std::path::PathBuf;

use evidence::content::{KNOWN, check, size};
use evidence::{FILE_MAX, Fault, name};

/// The beginning of a file of each type.
fn sample(media: &str) -> Vec<u8> {
    let ftyp = |brand: &[u8]| [&[0, 0, 0, 24][..], b"ftyp", brand, &[0; 12]].concat();
    let zip = |names: &[&str]| {
        let mut bytes = b"PK\x03\x04".to_vec();
        names.iter().for_each(|name| bytes.extend(name.as_bytes()));
        bytes
    };
    let mut stream = vec![0; 600];
    [0, 188, 376].iter().for_each(|at| stream[*at] = 0x47);
    let mut tar = vec![b'a'; 512];
    tar[257..262].copy_from_slice(b"ustar");
    match media {
        "image/jpeg" => vec![0xff, 0xd8, 0xff, 0xe0],
        "image/png" => b"\x89PNG\r\n\x1a\n".to_vec(),
        "image/gif" => b"GIF89a".to_vec(),
        "image/webp" => b"RIFF\0\0\0\0WEBPVP8 ".to_vec(),
        "image/bmp" => b"BM\x36\0\0\0\0\0\0\0\x36".to_vec(),
        "image/tiff" => b"II*\0".to_vec(),
        "image/heic" => ftyp(b"heic"),
        "image/avif" => ftyp(b"avif"),
        "video/mp4" => ftyp(b"isom"),
        "video/quicktime" => ftyp(b"qt  "),
        "video/3gpp" => ftyp(b"3gp5"),
        "audio/mp4" => ftyp(b"M4A "),
        "video/x-msvideo" => b"RIFF\0\0\0\0AVI LIST".to_vec(),
        "video/x-matroska" => b"\x1a\x45\xdf\xa3\x01matroska".to_vec(),
        "video/webm" => b"\x1a\x45\xdf\xa3\x01webm".to_vec(),
        "video/mp2t" => stream,
        "video/mpeg" => vec![0, 0, 1, 0xba],
        "video/x-ms-asf" => vec![0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11],
        "video/x-flv" => b"FLV\x01".to_vec(),
        "audio/mpeg" => b"ID3\x04".to_vec(),
        "audio/wav" => b"RIFF\0\0\0\0WAVEfmt ".to_vec(),
        "audio/aac" => vec![0xff, 0xf1, 0x50],
        "audio/amr" => b"#!AMR\n".to_vec(),
        "audio/ogg" => b"OggS".to_vec(),
        "audio/flac" => b"fLaC".to_vec(),
        "application/pdf" => b"%PDF-1.7".to_vec(),
        "application/ofd" => zip(&["OFD.xml"]),
        "application/msword" => vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            zip(&["[Content_Types].xml", "word/document.xml"])
        }
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => {
            zip(&["[Content_Types].xml", "xl/workbook.xml"])
        }
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => {
            zip(&["[Content_Types].xml", "ppt/presentation.xml"])
        }
        "text/plain" => "行政处罚\r\n".into(),
        "application/zip" => zip(&["a.jpg"]),
        "application/vnd.rar" => b"Rar!\x1a\x07\x01".to_vec(),
        "application/x-7z-compressed" => vec![b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c],
        "application/gzip" => vec![0x1f, 0x8b, 8],
        "application/x-tar" => tar,
        "application/x-archive" => b"BZh9".to_vec(),
        other => panic!("no sample of {other}"),
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("file");
        fs::write(&path, bytes).unwrap();
        path
    }

    fn said(&self, name: &str, bytes: &[u8]) -> String {
        check(name, &self.file(bytes), bytes.len() as u64, false).unwrap_err().to_string()
    }
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

#[test]
fn every_type_is_known_by_its_bytes_under_each_of_its_names() {
    let folder = folder();
    for content in KNOWN {
        let bytes = sample(content.media);
        for ending in content.endings {
            let found = check(&format!("某.{}", ending.to_uppercase()), &folder.file(&bytes), bytes.len() as u64, true);
            assert_eq!(found.unwrap().media, content.media, "{ending}");
        }
    }
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let folder = folder();
    let said = folder.said("决定书.pdf", &sample("image/jpeg"));
    assert_eq!(
        said,
        "“决定书.pdf”：内容是JPEG 照片，与名称的“.pdf”不符；请核对是不是选错了文件，确是原始材料的，把扩展名改成“.jpg”再上传"
    );
    assert!(folder.said("现场.mp4", b"hello world").contains("内容是文本"));
}

#[test]
fn a_program_is_refused_whatever_it_is_called() {
    let folder = folder();
    for bytes in [&b"MZ\x90\0"[..], b"\x7fELF\x02", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe\0"] {
        assert!(folder.said("照片.jpg", bytes).contains("“照片.jpg”：内容是程序或者网页"));
    }
    for page in ["<html><script>", "  \n<!DOCTYPE HTML>", "<svg xmlns=", "<?php", "\u{feff}<script>"] {
        assert!(folder.said("说明.txt", page.as_bytes()).contains("程序或者网页"), "{page}");
    }
}

#[test]
fn archives_are_refused_unless_expressly_allowed() {
    let folder = folder();
    for (name, media) in
        [("包.zip", "application/zip"), ("包.rar", "application/vnd.rar"), ("包.7z", "application/x-7z-compressed")]
    {
        let bytes = sample(media);
        let said = folder.said(name, &bytes);
        assert!(said.contains(name) && said.contains("是压缩包") && said.contains("解压后逐个上传"), "{said}");
        assert!(check(name, &folder.file(&bytes), bytes.len() as u64, true).is_ok());
    }
    assert!(folder.said("表.xlsx", &sample("application/zip")).contains("是压缩包"), "a plain archive is no sheet");
}

#[test]
fn nothing_and_noise_are_refused() {
    let folder = folder();
    assert!(folder.said("a.jpg", b"").contains("“a.jpg”：是空文件（0 字节）"));
    assert!(folder.said("a.jpg", &[0, 1, 2, 3, 4, 5]).contains("看不出是什么文件"));
    assert!(size("a.mp4", FILE_MAX + 1).unwrap_err().to_string().contains("超过 2 GB"));
    assert!(size("a.mp4", FILE_MAX).is_ok());
}

#[test]
fn text_in_older_chinese_encodings_is_text() {
    let folder = folder();
    let gbk = [0xd0, 0xd0, 0xd5, 0xfe, b'\r', b'\n'];
    assert_eq!(check("a.txt", &folder.file(&gbk), 6, false).unwrap().media, "text/plain");
}

#[test]
fn a_large_file_is_looked_at_without_being_read() {
    let folder = folder();
    let path = folder.file(&sample("video/mp4"));
    File::options().write(true).open(&path).unwrap().set_len(FILE_MAX).unwrap();
    let began = std::time::Instant::now();
    assert!(check("录像.mp4", &path, FILE_MAX, false).is_ok());
    assert!(began.elapsed().as_millis() < 500);
}

#[test]
fn names_that_pretend_are_refused() {
    let said = |text: &str| match name::check(text) {
        Err(Fault::Refused(why)) => why,
        other => panic!("{text}: {other:?}"),
    };
    for text in ["photo.jpg.exe", "照片.PDF.js", "a.b.scr", "现场照片.jpg .exe"] {
        assert!(said(text).contains("双重扩展名"), "{text}");
    }
    assert!(said("photo.exe.jpg").contains("像是伪装的程序"));
    assert!(said("setup.exe").contains("是程序或者网页"));
    assert!(said("页.html").contains("是程序或者网页"));
    for text in ["../../etc/passwd.jpg", "C:\\a.jpg", "a/b.jpg", "..jpg"] {
        assert!(said(text).contains("不能有路径"), "{text}");
    }
    for text in ["照片\u{202e}gpj.exe", "a\0.jpg", "a\u{200b}.jpg", "a\n.jpg"] {
        assert!(said(text).contains("看不见的控制字符"), "{text:?}");
        assert!(!said(text).contains(['\u{202e}', '\0', '\n', '\u{200b}']), "what nobody sees is not repeated");
    }
    assert!(said(".jpg").contains("点开头"));
    assert!(said("照片").contains("没有扩展名"));
    assert!(said("").contains("没有名称"));
    assert!(said(&format!("{}.jpg", "长".repeat(120))).contains("超过 120 个字"));
}

#[test]
fn honest_names_are_taken_as_they_are() {
    for text in ["现场照片 1.jpg", "2024.11.05 现场.JPG", "IMG_20241105_143012.jpg", "笔录（二）.pdf", "v1.2.txt"]
    {
        assert_eq!(name::check(&format!(" {text} ")).unwrap(), text);
    }
}
