//! The faces documents are set in.
//!
//! Noto Serif and Sans SC come from npm by lock file and have every character. The Fandol faces (Song, FangSong, Hei,
//! Kai: what official documents look like) come from their Debian package, fetched and unpacked without root into the
//! user's cache, each file pinned by SHA-256. Without them everything still works, set in Noto, and we say so.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::fetch;
use crate::run::{command, has, is_root, root, run, target};

const FANDOL: [(&str, &str); 6] = [
    ("FandolFang-Regular.otf", "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9"),
    ("FandolHei-Bold.otf", "42ca2de27b45e16a284768673b6205a5add9e17871ee0e7db9c0d03f061d96fd"),
    ("FandolHei-Regular.otf", "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28"),
    ("FandolKai-Regular.otf", "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827"),
    ("FandolSong-Bold.otf", "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9"),
    ("FandolSong-Regular.otf", "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0"),
];

const NOTO: [(&str, &str); 4] = [
    ("noto-serif-sc/400Regular", "NotoSerifSC_400Regular.ttf"),
    ("noto-serif-sc/700Bold", "NotoSerifSC_700Bold.ttf"),
    ("noto-sans-sc/400Regular", "NotoSansSC_400Regular.ttf"),
    ("noto-sans-sc/700Bold", "NotoSansSC_700Bold.ttf"),
];

/// Puts the fonts beside the built program (`release/fonts`), where it looks for them, and returns that folder.
///
/// # Errors
/// The npm packages cannot be had. Missing Fandol faces are no error: documents are then set in Noto.
pub(crate) fn fonts() -> Result<PathBuf, String> {
    fetch::npm()?;
    let to = target().join("release/fonts");
    std::fs::create_dir_all(&to).map_err(|e| format!("{}: {e}", to.display()))?;
    for (folder, name) in NOTO {
        copy(&root().join("node_modules/@expo-google-fonts").join(folder).join(name), &to.join(name))?;
    }
    let have = |name: &str, digest: &str| hash(&to.join(name)).is_some_and(|h| h == digest);
    if FANDOL.iter().all(|(name, digest)| have(name, digest)) {
        return Ok(to);
    }
    match fandol() {
        Ok(from) => {
            for (name, _) in FANDOL {
                copy(&from.join(name), &to.join(name))?;
            }
        }
        Err(why) => eprintln!("xtask: the Fandol faces are not to be had ({why}); documents are set in Noto."),
    }
    Ok(to)
}

/// The Fandol faces in the user's cache, fetched if need be.
fn fandol() -> Result<PathBuf, String> {
    let cache = cache()?;
    let kept = cache.join("fandol");
    if FANDOL.iter().all(|(name, digest)| hash(&kept.join(name)).is_some_and(|h| &h == digest)) {
        return Ok(kept);
    }
    if !has("apt-get") || !has("dpkg-deb") {
        return Err("they come from a Debian package, and this is no Debian".into());
    }
    let apt = cache.join("apt");
    for folder in ["lists/partial", "cache/archives/partial"] {
        std::fs::create_dir_all(apt.join(folder)).map_err(|e| e.to_string())?;
    }
    let lists = format!("Dir::State::Lists={}", apt.join("lists").display());
    let archives = format!("Dir::Cache={}", apt.join("cache").display());
    let mut options = vec!["-qq", "-o", &lists, "-o", &archives];
    if is_root() {
        options.extend(["-o", "APT::Sandbox::User=root"]);
    }
    run(command("apt-get", &options).arg("update"))?;
    run(command("apt-get", &options).args(["download", "texlive-lang-chinese"]).current_dir(&apt))?;
    let package = std::fs::read_dir(&apt)
        .map_err(|e| e.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|e| e == "deb"))
        .ok_or("the package was not downloaded")?;
    let unpacked = apt.join("unpacked");
    run(command("dpkg-deb", &["-x"]).arg(&package).arg(&unpacked))?;
    std::fs::create_dir_all(&kept).map_err(|e| e.to_string())?;
    let from = unpacked.join("usr/share/texlive/texmf-dist/fonts/opentype/public/fandol");
    for (name, digest) in FANDOL {
        let found = hash(&from.join(name)).ok_or_else(|| format!("{name} is not in the package"))?;
        if found != digest {
            return Err(format!("{name} has SHA-256 {found}, expected {digest}"));
        }
        copy(&from.join(name), &kept.join(name))?;
    }
    std::fs::remove_dir_all(&unpacked).ok();
    std::fs::remove_file(package).ok();
    Ok(kept)
}

fn cache() -> Result<PathBuf, String> {
    let base = match (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        (Some(cache), _) => PathBuf::from(cache),
        (None, Some(home)) => Path::new(&home).join(".cache"),
        (None, None) => return Err("neither XDG_CACHE_HOME nor HOME is set".into()),
    };
    Ok(base.join("xiezhi"))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let same = |a: &Path, b: &Path| Some(a.metadata().ok()?.len() == b.metadata().ok()?.len());
    if same(from, to) == Some(true) {
        return Ok(());
    }
    std::fs::copy(from, to).map(|_| ()).map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))
}

fn hash(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    Some(Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect())
}
