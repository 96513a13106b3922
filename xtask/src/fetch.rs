//! Packages from npm (by lock file) and, for tests run as root, from Debian.

use crate::run::{command, has, is_root, root, run};

/// Installs the npm packages of the lock file, unless they are there.
///
/// # Errors
/// Node's npm is missing, or the registry cannot be reached.
pub(crate) fn npm() -> Result<(), String> {
    let lock = std::fs::read(root().join("package-lock.json")).map_err(|e| format!("package-lock.json: {e}"))?;
    let stamp = root().join("node_modules/.xiezhi-lock");
    if std::fs::read(&stamp).is_ok_and(|have| have == lock) {
        return Ok(());
    }
    if !has("npm") {
        return Err("npm is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)".into());
    }
    run(&mut command("npm", &["ci", "--no-fund", "--no-audit", "--ignore-scripts"]))?;
    std::fs::write(stamp, lock).map_err(|e| e.to_string())
}

/// Installs Debian packages when run as root; otherwise says what to install.
///
/// # Errors
/// The packages cannot be installed, or we may not install them.
pub(crate) fn debian(packages: &[&str], what_for: &str) -> Result<(), String> {
    let wanted = packages.join(" ");
    if !has("apt-get") {
        return Err(format!("{what_for} is missing: install the equivalent of Debian's {wanted}"));
    }
    if !is_root() {
        return Err(format!("{what_for} is missing: run `apt-get install {wanted}` as root once"));
    }
    run(&mut command("apt-get", &["update", "-qq"]))?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    run(command("apt-get", &args).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()))
}

/// The Chromium that browser tests drive.
///
/// # Errors
/// There is none and it cannot be installed.
pub(crate) fn chromium() -> Result<String, String> {
    for name in ["chromium", "chromium-browser", "google-chrome"] {
        if has(name) {
            return Ok(name.into());
        }
    }
    debian(&["chromium"], "Chromium (for the browser tests)")?;
    Ok("chromium".into())
}

/// The LibreOffice that opens and saves sheets.
///
/// # Errors
/// There is none and it cannot be installed.
pub(crate) fn libreoffice() -> Result<String, String> {
    for name in ["soffice", "libreoffice"] {
        if has(name) {
            return Ok(name.into());
        }
    }
    debian(&["libreoffice-calc-nogui"], "LibreOffice (for the sheet tests)")?;
    Ok("soffice".into())
}
