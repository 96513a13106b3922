//! Names of files as they are sent: shown to people and written into lists, never a path, never a program in disguise.

use crate::Fault;

/// The longest name, characters.
pub const CHARS_MAX: usize = 120;

/// Endings of programs and scripts; such a file runs where somebody opens it.
const PROGRAMS: &[&str] = &[
    "apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "html", "htm", "iso", "jar", "js", "jse", "lnk",
    "mht", "msi", "php", "pif", "ps1", "py", "reg", "scr", "sh", "svg", "url", "vbe", "vbs", "wsf", "xhtml",
];

/// The name as it is kept, trimmed.
///
/// # Errors
/// It is empty or too long, holds a path or characters nobody sees, or ends, or pretends not to end, as a program does; the sentence says which.
pub fn check(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    let refused = |why: &str| Err(Fault::Refused(format!("“{}”：{why}", shown(name))));
    if name.is_empty() {
        return Err(Fault::Refused("文件没有名称，请改名后再上传".into()));
    }
    if name.chars().count() > CHARS_MAX {
        return refused("名称超过 120 个字，请改短后再上传");
    }
    if name.contains(['/', '\\', ':']) || name.contains("..") {
        return refused("名称里不能有路径（/、\\、:、..），请改名后再上传");
    }
    if name.chars().any(hidden) {
        return refused("名称里有看不见的控制字符，可能用来伪装文件类型，请改名后再上传");
    }
    if name.starts_with('.') || name.ends_with('.') {
        return refused("名称不能以点开头或者结尾，请改名后再上传");
    }
    let mut parts = name.split('.').map(|part| part.trim().to_ascii_lowercase());
    parts.next();
    let endings: Vec<String> = parts.collect();
    let Some(last) = endings.last() else {
        return refused("名称没有扩展名，看不出是什么文件，请用原来的文件名上传");
    };
    if PROGRAMS.contains(&last.as_str()) {
        return refused(if endings.len() > 1 {
            "有双重扩展名，实际是程序，像是病毒，不能上传；请上传原始的照片、录像或者文档"
        } else {
            "是程序或者网页，不能作为材料上传；请上传原始的照片、录像或者文档"
        });
    }
    if endings.iter().any(|ending| PROGRAMS.contains(&ending.as_str())) {
        return refused("有双重扩展名，像是伪装的程序，不能上传；确是原始材料的，请去掉多余的扩展名再上传");
    }
    Ok(name.to_owned())
}

/// The ending of a checked name, lower case.
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.trim().to_ascii_lowercase()).unwrap_or_default()
}

/// Control characters, and marks that turn the direction of writing or take no room.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name as it may be shown although it is refused.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !hidden(*c)).take(60).collect()
}
