// Takes the pictures of docs/screens: every page at desk and phone width, from a freshly filled demonstration.
// node tests/browser/screens.mjs [FOLDER]
import { mkdirSync } from "node:fs";
import { Site, openBrowser, signIn } from "./site.mjs";

const folder = process.argv[2] ?? "docs/screens";
mkdirSync(folder, { recursive: true });

/** Name, path, who looks at it. */
const PAGES = [
  ["home", "/", null],
  ["decisions", "/decisions", null],
  ["verify", "/v", null],
  ["sign-in", "/office/sign-in", null],
  ["workbench", "/office", "officer"],
  ["cases", "/office/cases", "officer"],
  ["case", "/office/cases/OPEN", "officer"],
  ["act", "/office/cases/OPEN?act=NEXT", "officer"],
  ["case-new", "/office/cases/new", "officer"],
  ["tickets", "/office/tickets", "desk"],
  ["ticket", "/office/tickets/108", "desk"],
  ["ticket-new", "/office/tickets/new", "desk"],
  ["import", "/office/tickets/import", "desk"],
  ["report", "/office/report/2024?until=2024-11-21", "reviewer"],
  ["figure", "/office/report/2024/case.ordinary_published?until=2024-11-21", "reviewer"],
  ["document", "/office/documents/CODE", "officer"],
  ["law", "/office/law", "reviewer"],
  ["matter", "/office/law/C07", "reviewer"],
  ["organs", "/office/organs", "reviewer"],
  ["refusals", "/office/refusals", "reviewer"],
  ["search", "/office/search?q=%E6%B8%A3%E5%9C%9F", "reviewer"],
];
const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const site = new Site();
site.fill("2024-11-21");
await site.serve("2024-11-21");
const browser = await openBrowser();
const officer = site.logins.find((l) => /^xujing-\d+$/.test(l.login)).login;
const signIns = { officer, desk: "qp-desk", reviewer: "qp-law-legal-reviewer" };
const contexts = {};
for (const [who, login] of Object.entries({ nobody: null, ...signIns })) {
  contexts[who] = await browser.newContext({ locale: "zh-CN" });
  if (login) {
    const page = await contexts[who].newPage();
    await signIn(page, site, login);
    await page.close();
  }
}
const probe = await contexts.officer.newPage();
await probe.goto(`${site.url}/office/cases?state=open&order=due`);
await probe.screenshot({ path: `${folder}/_probe.png` });
if (process.env.DUMP) console.log(await probe.content());
const open = (await probe.locator("tbody a.t").first().getAttribute("href")).match(/\d+/)[0];
await probe.goto(`${site.url}/office/cases/${open}`);
const next = (await probe.locator(".gate .can + span a").first().getAttribute("href")).match(/act=([^#]+)/)[1];
const code = (await probe.locator(".docs a").first().getAttribute("href")).split("/").pop();
await probe.close();
for (const [name, path, who] of PAGES) {
  const page = await contexts[who ?? "nobody"].newPage();
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    await page.setViewportSize(viewport);
    await page.goto(site.url + path.replace("OPEN", open).replace("NEXT", next).replace("CODE", code));
    if (path.includes("#") || name === "act") await page.evaluate(() => document.querySelector("#form")?.scrollIntoView());
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: width === "phone" && name !== "document" });
  }
  await page.close();
}
await browser.close();
await site.remove();
