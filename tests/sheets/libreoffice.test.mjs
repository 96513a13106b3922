// Registers taken away as sheets, opened and saved again in LibreOffice and brought back: nothing changes. Three cells changed on the way:
// exactly these three changes stand in the journal afterwards.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const program = process.env.XIEZHI;
const office = process.env.SOFFICE ?? "soffice";
const TODAY = "2024-12-31";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// As the descriptions are called, so that a register added later is tried too.
const registers = readdirSync(here("../../crates/registers/data"))
  .filter((name) => name.endsWith(".toml"))
  .map((name) => name.slice(0, -".toml".length));

const folder = mkdtempSync(join(tmpdir(), "xiezhi-sheets-"));
const data = join(folder, "data");

/** Runs the program; what it prints. A failure shows what it said. */
function xiezhi(...args) {
  const done = spawnSync(program, [...args, "--data", data], { encoding: "utf8" });
  assert.equal(done.status, 0, `xiezhi ${args.join(" ")}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Opens files in LibreOffice and saves them in another form into a folder; one start for all. */
function save(form, files, into, ...options) {
  mkdirSync(into, { recursive: true });
  // A profile of our own: one that is open on this machine is left alone.
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  const args = [profile, "--headless", ...options, "--convert-to", form, "--outdir", into, ...files];
  execFileSync(office, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, LC_ALL: "C.UTF-8" } });
}

const XLSX = "xlsx:Calc MS Excel 2007 XML";
// Comma, quotation marks, UTF-8, from line 1, every text cell quoted.
const CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false";
// The same, quoted cells read as text.
const CSV_IN = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,true,false";

/** What an import counted: new, changed, the same, bad. */
function counted(printed) {
  const numbers = printed.match(/新登记 (\d+) 条，修改 (\d+) 条，没有变化 (\d+) 条，有问题 (\d+) 条/);
  assert.ok(numbers, printed);
  return numbers.slice(1).map(Number);
}

function journal() {
  const file = join(folder, "journal.jsonl");
  xiezhi("export", "journal", "--out", file);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter((entry) => entry.kind);
}

/** Rows of a sheet in comma-separated values. */
function rowsOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.replace(/^\ufeff/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

const csvOf = (rows) => rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");

before(() => {
  execFileSync(program, ["demo", "--fill-only", "--data", data, "--today", TODAY, "--targets", here("../targets/small.json")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  mkdirSync(join(folder, "out"));
  for (const name of registers) xiezhi("export", name, "--out", join(folder, "out", `${name}.xlsx`));
});

after(() => rmSync(folder, { recursive: true, force: true }));

const files = (from, kind) => registers.map((name) => join(folder, from, `${name}.${kind}`));

test("sheets saved again by LibreOffice change nothing", () => {
  save(XLSX, files("out", "xlsx"), join(folder, "again"));
  save(CSV, files("out", "xlsx"), join(folder, "csv"));
  const before = journal().length;
  let records = 0;
  for (const [from, kind] of [["again", "xlsx"], ["csv", "csv"]]) {
    for (const name of registers) {
      const [fresh, changed, same, bad] = counted(xiezhi("import", name, join(folder, from, `${name}.${kind}`)));
      assert.deepEqual([fresh, changed, bad], [0, 0, 0], `${name}.${kind}`);
      records += same;
    }
  }
  assert.ok(records > 100, `${records} records were compared`);
  assert.equal(journal().length, before);
});

test("three cells changed there are three changes in the journal", () => {
  const before = journal();
  const rows = rowsOf(readFileSync(join(folder, "csv", "outreach.csv"), "utf8"));
  const column = (name) => {
    const at = rows[0].indexOf(name);
    assert.ok(at >= 0, `${name}: ${rows[0]}`);
    return at;
  };
  const records = rows.slice(1).filter((row) => row[column("版本")] !== "");
  const [theme, audience, venue] = ["当月主题", "受众人数", "场所"].map(column);
  const wanted = [
    [records[0], theme, "theme", "改过的主题"],
    [records[2], audience, "audience", 4321],
    [records[4], venue, "venue", "另一处场所"],
  ];
  for (const [row, at, , value] of wanted) row[at] = String(value);
  mkdirSync(join(folder, "edited"));
  writeFileSync(join(folder, "edited", "outreach.csv"), csvOf(rows));
  save(XLSX, [join(folder, "edited", "outreach.csv")], join(folder, "edited"), CSV_IN);
  const printed = xiezhi("import", "outreach", join(folder, "edited", "outreach.xlsx"));
  assert.deepEqual(counted(printed), [0, 3, records.length - 3, 0]);

  const entries = journal();
  const added = entries.slice(before.length);
  assert.deepEqual(added.map((entry) => [entry.kind, entry.stream]), wanted.map(([row]) => ["register.changed", `register/outreach/${row[0]}`]));
  for (const [n, [, , field, value]] of wanted.entries()) {
    const body = (entry) => (typeof entry.body === "string" ? JSON.parse(entry.body) : entry.body).state;
    const old = body(before.findLast((entry) => entry.stream === added[n].stream));
    const now = body(added[n]);
    const fields = new Set([...Object.keys(old.fields), ...Object.keys(now.fields)]);
    const differ = [...fields].filter((key) => old.fields[key]?.slot === undefined && JSON.stringify(old.fields[key]) !== JSON.stringify(now.fields[key]));
    assert.deepEqual(differ, [field]);
    assert.equal(now.fields[field], value);
    assert.deepEqual(now.lines, old.lines);
  }

  // The sheet that is still away holds the old cells: brought back, it is refused for these three, and changes nothing.
  const late = spawnSync(program, ["import", "outreach", join(folder, "again", "outreach.xlsx"), "--data", data], { encoding: "utf8" });
  assert.notEqual(late.status, 0, late.stdout);
  assert.equal(late.stderr.match(/第 \d+ 行 版本：这条记录导出以后已有修改，请重新导出后再改/g)?.length, 3, late.stderr);
  assert.equal(journal().length, entries.length);
});
