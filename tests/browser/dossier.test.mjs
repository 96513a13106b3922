// The case file: its page, its download, and the page that checks a package — from the site, from a disk, and against the program.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { Site, openBrowser, signIn } from "./site.mjs";

const program = process.env.XIEZHI;
const DAY = "2025-01-01";
/** Random changes both verifiers are asked about. */
const FLIPS = Number(process.env.FLIPS ?? 220);

let site, browser, folder, caseId, packageFile, bytes, key;

before(async () => {
  site = new Site();
  site.fill("2024-12-31");
  await site.serve(DAY);
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), "xiezhi-dossier-"));
});

after(async () => {
  await browser?.close();
  await site?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** What the program says: "" where the package holds, else the part it names. */
function native(file, ...more) {
  return new Promise((resolve, reject) => {
    execFile(program, ["check", file, ...more], { encoding: "utf8" }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout.startsWith("核验通过") ? "" : reject(new Error(stdout)));
      const said = stderr.match(/核验不通过。([^：]+)：/);
      if (said) resolve(said[1]);
      else reject(new Error(stderr));
    });
  });
}

/** The members of a package with where their bytes stand. */
function members(buffer) {
  const all = [];
  for (let at = 0; buffer.readUInt32LE(at) === 0x04034b50; ) {
    const [size, name] = [buffer.readUInt32LE(at + 18), buffer.readUInt16LE(at + 26)];
    const data = at + 30 + name;
    all.push({ name: buffer.toString("utf8", at + 30, data), header: at, data, end: data + size });
    at = data + size;
  }
  return all;
}

test("the case file is shown, taken away, and the taking is recorded", async () => {
  const context = await browser.newContext({ locale: "zh-CN", javaScriptEnabled: false, acceptDownloads: true });
  const page = await context.newPage();
  await signIn(page, site, "qp-law-legal-reviewer");
  await page.goto(`${site.url}/office/cases?state=closed`);
  const links = await page.locator("tbody a.t").evaluateAll((all) => all.map((a) => a.getAttribute("href").match(/\d+/)[0]));
  for (const id of links) {
    await page.goto(`${site.url}/office/cases/${id}/dossier?scope=whole&pages=1`);
    caseId = id;
    if ((await page.locator("tbody tr").count()) > 20) break;
  }
  const classes = await page.locator("th[scope=rowgroup]").allInnerTexts();
  assert.deepEqual(classes, [...classes].sort(), "the classes in their order");
  const pages = await page.locator("tbody td:last-child").allInnerTexts();
  assert.match(pages[0], /^\d+/);
  await page.goto(`${site.url}/office/cases/${caseId}/dossier?scope=inspection`);
  assert.equal(await page.getByText("线索登记").count(), 0);
  await page.goto(`${site.url}/office/cases/${caseId}/dossier`);
  const take = async (button) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
    const file = join(folder, download.suggestedFilename().replace(/[^\w.]/g, ""));
    await download.saveAs(file);
    return file;
  };
  assert.equal(readFileSync(await take("下载 PDF")).subarray(0, 5).toString(), "%PDF-");
  packageFile = await take("下载签名数据包");
  bytes = readFileSync(packageFile);
  assert.equal(await native(packageFile), "");
  await page.reload();
  const taken = await page.locator("section[aria-label=导出记录] li").allInnerTexts();
  assert.equal(taken.length, 2);
  assert.match(taken[0], /全卷，数据包/);
  await context.close();
});

/** Opens the checking page and gives a file to it; resolves to state and text. */
async function shown(page, file, trusted = "") {
  if (trusted) await page.getByLabel("公钥").fill(trusted);
  await page.locator("#check-file").setInputFiles(file);
  await page.waitForFunction(() => !["busy", undefined].includes(document.getElementById("check-out").dataset.state));
  const out = page.locator("#check-out");
  return [await out.getAttribute("data-state"), await out.innerText()];
}

test("the page on the site checks a package and the key", async () => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`${site.url}/v`);
  await page.getByRole("link", { name: "核验案卷数据包" }).click();
  key = (await page.locator("p.code").textContent()).trim();
  const [state, text] = await shown(page, packageFile, key);
  assert.equal(state, "holds", text);
  assert.match(text, /与您给出的公钥一致/);
  await page.reload();
  const other = await shown(page, packageFile, "00".repeat(32));
  assert.equal(other[0], "refused");
  assert.match(other[1], /key\.txt/);
  await context.close();
});

test("the page within the package needs no server and no network", async () => {
  const inside = members(bytes).find((member) => member.name === "check.html");
  const file = join(folder, "check.html");
  writeFileSync(file, bytes.subarray(inside.data, inside.end));
  const context = await browser.newContext({ locale: "zh-CN", offline: true });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  const [state, text] = await shown(page, packageFile);
  assert.equal(state, "holds", text);
  assert.deepEqual(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("blob:")), []);
  const bent = join(folder, "bent.zip");
  const changed = Buffer.from(bytes);
  changed[members(bytes).find((member) => member.name === "entries.jsonl").data + 40] ^= 1;
  writeFileSync(bent, changed);
  await page.reload();
  const refused = await shown(page, bent);
  assert.equal(refused[0], "refused");
  assert.match(refused[1], /entries\.jsonl/);
  await context.close();
});

test("browser and program refuse the same changes and name the same part", async () => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`${site.url}/check`);
  await page.waitForFunction(() => globalThis.checkPackage);
  await page.evaluate((coded) => {
    globalThis.good = Uint8Array.from(atob(coded), (c) => c.charCodeAt(0));
  }, bytes.toString("base64"));
  const inBrowser = (at, by) =>
    page.evaluate(
      async ([at, by]) => {
        const bent = good.slice();
        bent[at] ^= by;
        return checkPackage(new Blob([bent])).then(() => "", (error) => error.part ?? `panic: ${error.stack}`);
      },
      [at, by],
    );
  // A seeded walk over the whole file, and one byte of every member's header and content, of directory and end.
  let seed = 20241231;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const places = members(bytes).flatMap(({ header, data, end }) => [header + 6, data - 1, Math.floor((data + end) / 2), end - 1]);
  places.push(members(bytes).at(-1).end + 10, bytes.length - 3, bytes.length - 20);
  while (places.length < FLIPS) places.push(random(bytes.length));
  const file = join(folder, "flip.zip");
  for (const at of places) {
    const by = 1 << random(8);
    const changed = Buffer.from(bytes);
    changed[at] ^= by;
    writeFileSync(file, changed);
    const [ours, theirs] = await Promise.all([native(file), inBrowser(at, by)]);
    assert.notEqual(ours, "", `byte ${at} ^ ${by} is accepted`);
    assert.equal(theirs, ours, `byte ${at} ^ ${by}`);
  }
  await context.close();
});
