//! Registers: the index, a list, one record, its form, import. One set of pages for every register there is.

pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod list;
pub(crate) mod record;

use office::role::Right;
use registers::{Descriptor, Set};

use crate::app::App;
use crate::error::Error;
use crate::session::Who;

/// Whoever reads cases or the report reads registers.
fn reads(who: &Who) -> Result<(), Error> {
    if who.0.may(Right::ReadUnit) || who.0.may(Right::Report) {
        return Ok(());
    }
    Err(Error::NotAllowed("您的角色不能查看台账。需要的，请联系本单位系统管理员。"))
}

/// The register of this name.
fn named(app: &App, name: &str) -> Result<(&'static Set, &'static Descriptor), Error> {
    let set = app.registers.set;
    let d = set.get(name).ok_or(Error::NotFound("没有这个台账。请从台账目录打开。"))?;
    Ok((set, d))
}

/// Who records, for the write path.
fn actor(app: &App, who: &Who) -> registers::Who {
    registers::Who { login: who.0.login.clone(), today: app.today() }
}

/// Sections of the yearly report.
const SECTIONS: [(&str, &str); 6] = [
    ("一", "学习与宣传"),
    ("二", "法治职责与专项工作"),
    ("三", "法治专业人员"),
    ("四", "培训与执法监督"),
    ("五", "复议诉讼与社会监督"),
    ("六", "群众参与"),
];
