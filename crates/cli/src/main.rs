//! `xiezhi`: the composition root, and the only reader of configuration, environment and clock.

mod bureau;
mod clock;
mod command;
mod config;
mod demonstration;
mod incoming;
mod outgoing;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// 獬豸：城管执法平台
#[derive(Parser)]
#[command(name = "xiezhi", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the bureau's data lies.
#[derive(Args, Clone)]
struct Place {
    /// 数据文件夹
    #[arg(long, global = true, default_value = "data")]
    data: PathBuf,
    /// PostgreSQL 地址；不给出时使用数据文件夹里的 SQLite
    #[arg(long, global = true)]
    database: Option<String>,
    /// 以这一天为“今天”（演示用），如 2024-11-21
    #[arg(long, global = true)]
    today: Option<jiff::civil::Date>,
}

#[derive(Subcommand)]
enum Command {
    /// 建立一个新的单位：数据文件夹、密钥、管理员账号
    Init(WithPlace<command::init::Init>),
    /// 建立并打开演示单位
    Demo(WithPlace<command::demo::Demo>),
    /// 启动网站
    Serve(WithPlace<command::serve::Serve>),
    /// 年度报告：生成、定稿、核对，模板的导出导入
    Report(WithPlace<command::report::Report>),
    /// 核验流水、检查点和文件
    Verify(WithPlace<command::verify::Verify>),
    /// 由流水重建全部查询表
    Rebuild(WithPlace<command::rebuild::Rebuild>),
    /// 导入：cases、tickets、totals、organs、units、people、certificates、qualifications、powers、chains、places，或者台账
    Import(WithPlace<command::import::Import>),
    /// 导出：cases、journal、tickets、dossier（整个案卷），或者台账
    Export(WithPlace<command::export::Export>),
    /// 核验案卷数据包，不需要服务器和数据文件夹
    Check(command::check::Check),
    /// 按规则演算一个案例文件 FILE.case
    Judge(command::law::Judge),
    /// 法条与规则：rule ID、matter CODE、calendar YEAR、rules、matters
    Law(command::law::Law),
    /// 解码设备报文：由标准输入逐行读取，每行输出一条 JSON
    Decode(command::decode::Decode),
    /// 向另一个单位推送工单，或者查询办理进展（试用对接）
    Push(command::push::Push),
    /// 读诉求：事项、地点、归谁管、急不急，逐条输出 JSON
    Understand(command::understand::Understand),
    /// 签发检查点
    Checkpoint(WithPlace<command::checkpoint::Make>),
    /// 证明一个案件的全部记录，如 case/12
    Prove(WithPlace<command::checkpoint::Prove>),
    /// 账号：建立或者重设密码
    User(WithPlace<command::user::User>),
    /// 备份并核验
    Backup(WithPlace<command::backup::Backup>),
    /// 从备份恢复到新的数据文件夹
    Restore(WithPlace<command::backup::Restore>),
    /// 升级数据文件夹到本版本
    Upgrade(WithPlace<command::rebuild::Upgrade>),
}

#[derive(Args)]
struct WithPlace<T: Args> {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    own: T,
}

fn main() -> ExitCode {
    let level = tracing_subscriber::filter::LevelFilter::INFO;
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).init();
    let done = match Cli::parse().command {
        Command::Init(c) => c.own.run(&c.place),
        Command::Demo(c) => c.own.run(&c.place),
        Command::Serve(c) => c.own.run(&c.place),
        Command::Report(c) => c.own.run(&c.place),
        Command::Verify(c) => c.own.run(&c.place),
        Command::Rebuild(c) => c.own.run(&c.place),
        Command::Import(c) => c.own.run(&c.place),
        Command::Export(c) => c.own.run(&c.place),
        Command::Check(c) => c.run(),
        Command::Judge(c) => c.run(),
        Command::Law(c) => c.run(),
        Command::Decode(c) => c.run(),
        Command::Push(c) => c.run(),
        Command::Understand(c) => c.run(),
        Command::Checkpoint(c) => c.own.run(&c.place),
        Command::Prove(c) => c.own.run(&c.place),
        Command::User(c) => c.own.run(&c.place),
        Command::Backup(c) => c.own.run(&c.place),
        Command::Restore(c) => c.own.run(&c.place),
        Command::Upgrade(c) => c.own.run(&c.place),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xiezhi: {why}");
            ExitCode::FAILURE
        }
    }
}
