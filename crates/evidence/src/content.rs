//! What a file is by its bytes, and which files are taken: photographs, recordings, documents and plain text whose name says what
//! they are. What a file is called proves nothing; a browser is told what the bytes are.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::{FILE_MAX, Fault, name};

/// What kind of thing a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A photograph or picture.
    Photo,
    /// Moving pictures.
    Video,
    /// Sound alone.
    Sound,
    /// A document with pages, or a table.
    Paper,
    /// Plain text.
    Text,
    /// Files in a file.
    Archive,
}

/// A type this store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// The media type.
    pub media: &'static str,
    /// What kind of thing it is.
    pub class: Class,
    /// What it is called in Chinese.
    pub label: &'static str,
    /// Endings such a file may have; the first is the usual one.
    pub endings: &'static [&'static str],
}

const fn known(media: &'static str, class: Class, label: &'static str, endings: &'static [&'static str]) -> Content {
    Content { media, class, label, endings }
}

/// Every type that is taken.
pub const KNOWN: &[Content] = &[
    known("image/jpeg", Class::Photo, "JPEG 照片", &["jpg", "jpeg"]),
    known("image/png", Class::Photo, "PNG 图片", &["png"]),
    known("image/gif", Class::Photo, "GIF 图片", &["gif"]),
    known("image/webp", Class::Photo, "WebP 图片", &["webp"]),
    known("image/bmp", Class::Photo, "BMP 图片", &["bmp"]),
    known("image/tiff", Class::Photo, "TIFF 图片", &["tif", "tiff", "dng"]),
    known("image/heic", Class::Photo, "HEIC 照片", &["heic", "heif"]),
    known("image/avif", Class::Photo, "AVIF 图片", &["avif"]),
    known("video/mp4", Class::Video, "MP4 录像", &["mp4", "m4v", "mov"]),
    known("video/quicktime", Class::Video, "QuickTime 录像", &["mov", "qt"]),
    known("video/3gpp", Class::Video, "3GP 录像", &["3gp", "3g2"]),
    known("video/x-msvideo", Class::Video, "AVI 录像", &["avi"]),
    known("video/x-matroska", Class::Video, "MKV 录像", &["mkv"]),
    known("video/webm", Class::Video, "WebM 录像", &["webm"]),
    known("video/mp2t", Class::Video, "MPEG 录像", &["ts", "mts", "m2ts"]),
    known("video/mpeg", Class::Video, "MPEG 录像", &["mpg", "mpeg", "vob", "dat"]),
    known("video/x-ms-asf", Class::Video, "Windows 媒体文件", &["wmv", "asf", "wma"]),
    known("video/x-flv", Class::Video, "FLV 录像", &["flv"]),
    known("audio/mpeg", Class::Sound, "MP3 录音", &["mp3"]),
    known("audio/mp4", Class::Sound, "M4A 录音", &["m4a", "mp4"]),
    known("audio/wav", Class::Sound, "WAV 录音", &["wav"]),
    known("audio/aac", Class::Sound, "AAC 录音", &["aac"]),
    known("audio/amr", Class::Sound, "AMR 录音", &["amr"]),
    known("audio/ogg", Class::Sound, "Ogg 录音", &["ogg", "oga", "opus"]),
    known("audio/flac", Class::Sound, "FLAC 录音", &["flac"]),
    known("application/pdf", Class::Paper, "PDF 文档", &["pdf"]),
    known("application/ofd", Class::Paper, "OFD 版式文档", &["ofd"]),
    known("application/msword", Class::Paper, "办公文档", &["doc", "xls", "ppt", "wps", "et", "dps"]),
    known(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Class::Paper,
        "Word 文档",
        &["docx"],
    ),
    known("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Class::Paper, "Excel 表格", &["xlsx"]),
    known(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Class::Paper,
        "PowerPoint 文档",
        &["pptx"],
    ),
    known("text/plain", Class::Text, "文本", &["txt", "csv", "log"]),
    known("application/zip", Class::Archive, "ZIP 压缩包", &["zip"]),
    known("application/vnd.rar", Class::Archive, "RAR 压缩包", &["rar"]),
    known("application/x-7z-compressed", Class::Archive, "7z 压缩包", &["7z"]),
    known("application/gzip", Class::Archive, "GZip 压缩包", &["gz", "tgz"]),
    known("application/x-tar", Class::Archive, "TAR 归档", &["tar"]),
    known("application/x-archive", Class::Archive, "压缩包", &["bz2", "xz", "zst"]),
];

/// The type of this name.
pub fn of(media: &str) -> Option<Content> {
    KNOWN.iter().copied().find(|content| content.media == media)
}

/// What the bytes at the beginning of a file say.
enum Found {
    /// This type.
    Is(&'static str),
    /// A ZIP file: what is in it says what it is.
    Zip,
    /// A program, or a page that runs one.
    Program,
    /// Nothing known.
    Unknown,
}

/// How much of a file's beginning and end is looked at, bytes. A ZIP file's list of contents stands at its end.
const LOOK: u64 = 64 * 1024;
const TAIL: u64 = 1024 * 1024;

/// Is a file of this announced size taken?
///
/// # Errors
/// It is empty or larger than [`FILE_MAX`]; the sentence names it.
pub fn size(name: &str, bytes: u64) -> Result<(), Fault> {
    if bytes == 0 {
        return Err(Fault::Refused(format!("“{name}”：是空文件（0 字节），请核对原始设备里的文件后重新上传")));
    }
    if bytes > FILE_MAX {
        return Err(Fault::Refused(format!("“{name}”：超过 2 GB，请分段录制或者分成几个文件后再上传")));
    }
    Ok(())
}

/// What this file is, where it is one that is taken under this checked name.
///
/// # Errors
/// It is empty, too large, of a type that is not taken, or not what its name says; the sentence names it and says what to do.
pub fn check(name: &str, path: &Path, bytes: u64, archives: bool) -> Result<Content, Fault> {
    size(name, bytes)?;
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(LOOK).read_to_end(&mut head)?;
    let media = match found(&head) {
        Found::Is(media) => media,
        Found::Zip => zipped(&mut file, bytes)?,
        Found::Program => {
            return Err(Fault::Refused(format!(
                "“{name}”：内容是程序或者网页，不能作为材料上传；请上传原始的照片、录像或者文档"
            )));
        }
        Found::Unknown => {
            return Err(Fault::Refused(format!(
                "“{name}”：看不出是什么文件，或者已经损坏；请上传照片、录像、录音、PDF、OFD、办公文档或者文本"
            )));
        }
    };
    let content = of(media).ok_or_else(|| Fault::Refused(format!("“{name}”：不是可以上传的文件")))?;
    if content.class == Class::Archive && !archives {
        return Err(Fault::Refused(format!(
            "“{name}”：是压缩包，里面的文件看不到也核验不了；请解压后逐个上传。确需以压缩包取证的，请系统管理员在配置里开放"
        )));
    }
    let ending = name::ending(name);
    if !content.endings.contains(&ending.as_str()) {
        return Err(Fault::Refused(format!(
            "“{name}”：内容是{}，与名称的“.{ending}”不符；请核对是不是选错了文件，确是原始材料的，把扩展名改成“.{}”再上传",
            content.label, content.endings[0]
        )));
    }
    Ok(content)
}

/// The type of bytes that are already in the store, by their beginning; none where a browser should not be told.
pub fn sniff(head: &[u8]) -> Option<Content> {
    match found(head) {
        Found::Is(media) => of(media),
        _ => None,
    }
}

fn found(head: &[u8]) -> Found {
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    let media = match head {
        _ if at(0, &[0xff, 0xd8, 0xff]) => "image/jpeg",
        _ if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        _ if at(0, b"GIF87a") || at(0, b"GIF89a") => "image/gif",
        _ if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        _ if at(0, b"RIFF") && at(8, b"AVI ") => "video/x-msvideo",
        _ if at(0, b"RIFF") && at(8, b"WAVE") => "audio/wav",
        _ if at(4, b"ftyp") => brand(head),
        _ if at(0, b"BM") && at(6, &[0, 0, 0, 0]) => "image/bmp",
        _ if at(0, b"II*\0") || at(0, b"MM\0*") => "image/tiff",
        _ if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) => {
            if head.iter().take(64).copied().collect::<Vec<u8>>().windows(4).any(|w| w == b"webm") {
                "video/webm"
            } else {
                "video/x-matroska"
            }
        }
        _ if at(0, b"#!AMR") => "audio/amr",
        _ if at(0, b"OggS") => "audio/ogg",
        _ if at(0, b"fLaC") => "audio/flac",
        _ if at(0, b"ID3") => "audio/mpeg",
        [0xff, second, ..] if second & 0xf6 == 0xf0 => "audio/aac",
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => "audio/mpeg",
        _ if at(0, &[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]) => "video/x-ms-asf",
        _ if at(0, b"FLV\x01") => "video/x-flv",
        _ if at(0, &[0x47]) && at(188, &[0x47]) && at(376, &[0x47]) => "video/mp2t",
        _ if at(4, &[0x47]) && at(196, &[0x47]) && at(388, &[0x47]) => "video/mp2t",
        _ if at(0, &[0, 0, 1, 0xba]) || at(0, &[0, 0, 1, 0xb3]) => "video/mpeg",
        _ if at(0, b"%PDF-") => "application/pdf",
        _ if at(0, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) => "application/msword",
        _ if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") => return Found::Zip,
        _ if at(0, b"Rar!\x1a\x07") => "application/vnd.rar",
        _ if at(0, &[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c]) => "application/x-7z-compressed",
        _ if at(0, &[0x1f, 0x8b]) => "application/gzip",
        _ if at(257, b"ustar") => "application/x-tar",
        _ if at(0, b"BZh") || at(0, &[0xfd, b'7', b'z', b'X', b'Z', 0]) || at(0, &[0x28, 0xb5, 0x2f, 0xfd]) => {
            "application/x-archive"
        }
        _ if at(0, b"MZ") || at(0, b"\x7fELF") || at(0, b"#!") || at(0, b"dex\n") => return Found::Program,
        _ if at(0, &[0xca, 0xfe, 0xba, 0xbe]) || at(0, &[0xcf, 0xfa, 0xed, 0xfe]) => return Found::Program,
        _ if is_page(head) => return Found::Program,
        _ if is_text(head) => "text/plain",
        _ => return Found::Unknown,
    };
    Found::Is(media)
}

/// The type an ISO media file names: pictures, sound and recordings share one container.
fn brand(head: &[u8]) -> &'static str {
    match head.get(8..12) {
        Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => "image/heic",
        Some(b"avif" | b"avis") => "image/avif",
        Some(b"qt  ") => "video/quicktime",
        Some(b"M4A " | b"M4B ") => "audio/mp4",
        Some([b'3', b'g', ..]) => "video/3gpp",
        _ => "video/mp4",
    }
}

/// Does it begin as a page that a browser would run?
fn is_page(head: &[u8]) -> bool {
    let start: String = head.iter().take(512).map(|b| char::from(b.to_ascii_lowercase())).collect();
    let start = start.trim_start_matches(|c: char| c.is_ascii_whitespace() || !c.is_ascii());
    ["<!doctype html", "<html", "<script", "<svg", "<?xml", "<?php", "<body", "<iframe"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

/// Text in UTF-8, or in the older Chinese encodings: no control characters but those that break lines.
fn is_text(head: &[u8]) -> bool {
    !head.is_empty()
        && head.iter().all(|b| *b >= 0x20 && *b != 0x7f || matches!(b, b'\t' | b'\n' | b'\r' | 0x0c))
        && (std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true) || is_gb18030(head))
}

/// Pairs of bytes as GB 18030-2022 makes them; a file of other bytes is not text.
fn is_gb18030(head: &[u8]) -> bool {
    let mut at = 0;
    while at < head.len() {
        at += match (head[at], head.get(at + 1)) {
            (0..=0x7f, _) => 1,
            (0x81..=0xfe, Some(0x40..=0x7e | 0x80..=0xfe) | None) => 2,
            (0x81..=0xfe, Some(0x30..=0x39)) => 4,
            _ => return false,
        };
    }
    true
}

/// What a ZIP file is by the list of contents at its end; nothing is unpacked.
fn zipped(file: &mut File, bytes: u64) -> Result<&'static str, Fault> {
    file.seek(SeekFrom::Start(bytes.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let names = |name: &[u8]| tail.windows(name.len()).any(|w| w == name);
    Ok(if names(b"[Content_Types].xml") && names(b"word/document.xml") {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    } else if names(b"[Content_Types].xml") && names(b"xl/workbook.xml") {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else if names(b"[Content_Types].xml") && names(b"ppt/presentation.xml") {
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    } else if names(b"OFD.xml") {
        "application/ofd"
    } else {
        "application/zip"
    })
}
