// Starts the program on a data folder of its own and drives it in headless Chromium, as a person would.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const program = process.env.XIEZHI;
const browserPath = process.env.CHROMIUM ?? "chromium";

/** A free port of the loopback address. */
async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A filled demonstration bureau in a temporary folder. */
export class Site {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "xiezhi-browser-"));
    this.data = join(this.folder, "data");
  }

  /** Fills the folder as of a day: a small year unless the whole one is wanted. */
  fill(today, whole = false) {
    const small = whole ? [] : ["--targets", fileURLToPath(new URL("../targets/small.json", import.meta.url))];
    execFileSync(program, ["demo", "--fill-only", "--data", this.data, "--today", today, ...small], { stdio: ["ignore", "ignore", "inherit"] });
    const text = readFileSync(join(this.data, "sign-ins.txt"), "utf8");
    this.password = text.match(/：(\S+)/)[1];
    this.logins = [...text.matchAll(/^(\S+) {2,}(.+)$/gm)].map((m) => ({ login: m[1], who: m[2] }));
  }

  /** Serves it on a day; serving on another day is another process on the same folder. */
  async serve(today) {
    await this.stop();
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.process = spawn(program, ["serve", "--data", this.data, "--listen", `127.0.0.1:${port}`, "--today", today], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve, reject) => {
      this.process.once("exit", (code) => reject(new Error(`the site ended with ${code}`)));
      this.process.stdout.on("data", (chunk) => String(chunk).includes("http://") && resolve());
    });
  }

  async stop() {
    if (!this.process) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.removeAllListeners("exit");
    this.process.once("exit", () => {});
    const done = new Promise((resolve) => this.process.once("close", resolve));
    this.process.kill("SIGTERM");
    await Promise.race([ended, done]);
    this.process = undefined;
  }

  /** Runs a command of the program on this folder and returns what it prints. */
  run(...args) {
    return execFileSync(program, [...args, "--data", this.data], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The sign-in whose description holds these words. */
  login(words) {
    const found = this.logins.find((l) => l.who.includes(words) || l.login === words);
    if (!found) throw new Error(`no sign-in for ${words}: ${this.logins.map((l) => `${l.login} ${l.who}`).join("; ")}`);
    return found.login;
  }
}

/** Headless Chromium without anything that would look for a network. */
export async function openBrowser() {
  return chromium.launch({
    executablePath: browserPath.includes("/") ? browserPath : execFileSync("which", [browserPath], { encoding: "utf8" }).trim(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** Signs somebody in. */
export async function signIn(page, site, words) {
  await page.goto(`${site.url}/office/sign-in`);
  await page.getByLabel("账号").fill(site.login(words));
  await page.getByLabel("密码").fill(site.password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.waitForURL(`${site.url}/office`);
}

/** Fills fields of a form by key: text, a choice by its label, boxes by theirs. */
export async function fill(form, fields) {
  for (const [key, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${key}"]`).first();
    const type = await field.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type));
    if (type === "select") await field.selectOption(await chosen(field, value));
    else if (type === "checkbox") {
      for (const one of await form.locator(`[name="${key}"]`).all()) await one.setChecked(false);
      for (const label of [value].flat()) await form.locator(`fieldset:has([name="${key}"])`).getByLabel(label, { exact: false }).first().check();
    } else if (type === "file") {
      await field.setInputFiles(value);
      // With the script the files are on the site before the form is sent.
      await form.locator(".uploads input[type=hidden]").nth([value].flat().length - 1).waitFor({ state: "attached" });
    } else await field.fill(value);
  }
}

/** The value of the option that has this label, this value, or a label that begins so. */
async function chosen(field, wanted) {
  const options = await field.locator("option:enabled").evaluateAll((all) => all.map((o) => [o.value, o.label.trim()]));
  const found = options.find((o) => o[1] === wanted || o[0] === wanted) ?? options.find((o) => o[0] && o[1].startsWith(wanted));
  if (!found) throw new Error(`${await field.getAttribute("name")} has no choice ${wanted}: ${options.map((o) => o[1]).join("、")}`);
  return found[0];
}

/** Fills the form of an act on its case page and sends it; fields by key, and what else is to be filled. */
export async function act(page, site, caseId, kind, on, fields, rest = async () => {}) {
  await page.goto(`${site.url}/office/cases/${caseId}?act=${kind}&on=${on}`);
  const form = page.locator("#form");
  await fill(form, fields);
  await rest();
  await form.locator("button.btn-p").click();
  await page.waitForLoadState();
  const errors = page.locator("#errors");
  return (await errors.count()) ? (await errors.innerText()).trim() : null;
}
