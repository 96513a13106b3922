// Walks a case from its lead to the archive as the people of one town do it: officers act, the chain signs, the days pass.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { act, signIn } from "./site.mjs";

/** Who takes part, by the end of the sign-in's name. */
const PEOPLE = { officer: /^xujing-\d+$/, leader: /^xujing-squad-leader$/, head: /^xujing-head$/, reviewer: /^xujing-squad-legal-officer$/ };
const SIGNERS = ["leader", "head"];

export class Walk {
  constructor(site, browser) {
    this.site = site;
    this.browser = browser;
    this.pages = {};
  }

  /** The site stands on this day, and everybody signs in anew. */
  async on(day) {
    this.day = day;
    await this.site.serve(day);
    for (const [role, login] of Object.entries(PEOPLE)) {
      const sign = this.site.logins.find((l) => login.test(l.login));
      if (!this.pages[role]) {
        const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
        this.pages[role] = await context.newPage();
        this.pages[role].setDefaultTimeout(8000);
        this.pages[role].person = sign.who.split(" ").pop();
      }
      await signIn(this.pages[role], this.site, sign.login);
    }
    this.officer = this.pages.officer;
    this.headName = this.pages.head.person;
  }

  /** Opens a case by its lead; two officers of the squad have it. */
  async open(fields) {
    const page = this.officer;
    await page.goto(`${this.site.url}/office/cases/new?kind=ClueRegistered`);
    const { fill } = await import("./site.mjs");
    await fill(page.locator("#form"), fields);
    await this.fillRest(page, fields);
    await page.locator("#form button.btn-p").click();
    await page.waitForLoadState();
    assert.equal(await errors(page), null, "线索登记");
    this.id = Number(page.url().match(/cases\/(\d+)/)[1]);
  }

  /** What a form still asks for and nobody named: words are written, persons and days are those at hand. */
  async fillRest(page, fields) {
    const form = page.locator("#form");
    for (const name of ["team1", "team2"]) {
      const field = form.locator(`select[name="${name}"]`);
      if ((await field.count()) && !(await field.inputValue()))
        await field.selectOption({ index: name === "team1" ? 4 : 8 });
    }
    for (const field of await form.locator("textarea:visible, input:not([type]):visible").all()) {
      const name = await field.getAttribute("name");
      if (!name || name in fields || (await field.inputValue())) continue;
      const label = await form.locator(`label[for="${await field.getAttribute("id")}"]`).innerText();
      if (!label.includes("可不填") && !name.startsWith("party_")) await field.fill(WORDS[name] ?? "如实记录，详见附件。");
    }
  }

  /** Performs an act and takes it through its chain, where it has one. Returns its number. */
  async done(kind, on, fields = {}, role = "officer") {
    const said = await this.try(kind, on, fields, role);
    assert.equal(said, null, `${kind} ${this.day}`);
    const at = new URL(this.pages[role].url()).pathname;
    if (/^\/office\/approvals\/\d+$/.test(at)) {
      for (const signer of SIGNERS) {
        const page = this.pages[signer];
        await page.goto(this.site.url + at);
        await page.getByRole("button", { name: "同意" }).click();
        await page.waitForLoadState();
        assert.equal(await errors(page), null, `${kind} ${signer}`);
      }
    }
    return this.last();
  }

  /** Tries an act; what the page says against it, or null. */
  async try(kind, on, fields = {}, role = "officer") {
    const page = this.pages[role];
    if (kind === "LegallyReviewed") fields = { reviewer: page.person, ...fields };
    if (HEADS.has(kind) && !("head" in fields) && role === "head") fields = { ...fields, head: this.headName };
    return act(page, this.site, this.id, kind, on, fields, (form) => this.fillRest(page, fields, form));
  }

  /** The number of the newest act. */
  async last() {
    await this.officer.goto(`${this.site.url}/office/cases/${this.id}`);
    return Number((await this.officer.locator(".tl > li").first().getAttribute("id")).replace("act-", ""));
  }

  /** Names that a field of an act's form offers, without the case's own two officers. */
  async offered(kind, on, field, role = "officer") {
    const page = this.pages[role];
    await page.goto(`${this.site.url}/office/cases/${this.id}?act=${kind}&on=${on}`);
    const names = async (of) => (await page.locator(`#form [name="${of}"] option:enabled`).allInnerTexts()).map((n) => n.trim());
    const team = await page.locator("#form select[name^=team]").evaluateAll((all) => all.map((e) => e.selectedOptions[0]?.label.trim()));
    const boxes = await page.locator(`#form label:has([name="${field}"])`).allInnerTexts();
    return [...(await names(field)).slice(1), ...boxes.map((b) => b.trim())].filter((n) => n && !team.includes(n));
  }

  /** A document handed over, with the receipt. */
  async served(number) {
    return this.done("Served", `document-${number}`, { way: "直接送达", receipt: "是" });
  }

  /** What a page says to somebody. */
  async reads(path, role = "officer") {
    await this.pages[role].goto(this.site.url + path);
    return this.pages[role].locator("main").innerText();
  }

  /** What the case page says. */
  async text() {
    await this.officer.goto(`${this.site.url}/office/cases/${this.id}`);
    return this.officer.locator("main").innerText();
  }

  /** Pictures of a page at desk and phone width, where somebody wants to look at them. */
  async picture(name, path = `/office/cases/${this.id}`, role = "officer") {
    const folder = process.env.XIEZHI_PICTURES;
    const page = this.pages[role];
    for (const [width, viewport] of [["desk", { width: 1440, height: 900 }], ["phone", { width: 390, height: 844 }]]) {
      await page.setViewportSize(viewport);
      await page.goto(this.site.url + path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      const what = await page.evaluate(() => {
        const over = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
        return over.slice(0, 3).map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)}`).join(" | ");
      });
      assert.ok(wide <= 0, `${name} ${width} is ${wide}px too wide: ${what}`);
      if (!folder) continue;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: width === "phone" });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  /** The finished file as its readers see it: graded without a defect, in the archive, whole on paper and as a package that holds. */
  async kept(wanted = []) {
    const text = await this.text();
    assert.match(text, /归档/);
    assert.doesNotMatch(text, /瑕疵/, "nothing was done wrong");
    await this.officer.goto(`${this.site.url}/office/cases/${this.id}/dossier?scope=whole&pages=1`);
    const titles = (await this.officer.locator("tbody a.t").allInnerTexts()).join("\n");
    for (const title of wanted) assert.ok(titles.includes(title), `${title} is in the file:\n${titles}`);
  }
}

const WORDS = {
  place: "徐泾镇明珠路 88 号门前（示例）",
  court: "上海铁路运输法院",
};
/** Kinds whose form names the head who decides. */
const HEADS = new Set(["PenaltyDecided", "PenaltyWaived", "Seized", "SeizureExtended", "SeizureLifted", "CrimeAnswered", "DemolitionOrdered", "Closed", "CaseEnded", "FilingRefused"]);

async function errors(page) {
  const found = page.locator("#errors");
  return (await found.count()) ? (await found.innerText()).trim() : null;
}

/** A photograph of one colour, as large as a small camera's, and different for every seed. */
export function photo(seed) {
  const [width, height] = [320, 240];
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = (x + seed * 37) & 255;
      rows[at + 1] = (y * 2 + seed * 11) & 255;
      rows[at + 2] = 120;
    }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8 + data.length + 4);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), 8 + data.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}
