// Runs the README's examples as they are printed against a running server with demo data.
// Usage: node readme.mjs URL
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, finish } from "./tap.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "devmetrics-readme-"));
// The packages that the subscriber's example installs are here already.
symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));

const readme = readFileSync(join(here, "../../README.md"), "utf8");
const [, ways] = readme.match(/\n## Four ways to use it\n([\s\S]*?)\n## /);
const blocks = [...ways.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) =>
  block
    .replaceAll("127.0.0.1:8080", new URL(url).host)
    .replaceAll("/tmp/follow", folder)
    .replace(/ && npm install [^\n]*/, ""),
);
const follows = blocks.findIndex((block) => block.includes("follow.mjs"));

/** Runs shell lines and returns what they print; ends them once `enough` says so. */
function shell(lines, enough = () => false) {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", lines], { detached: true });
    let printed = "";
    let complaints = "";
    child.stdout.on("data", (data) => {
      printed += data;
      // The whole group: the example's own programs run in it.
      if (enough(printed)) process.kill(-child.pid, "SIGTERM");
    });
    child.stderr.on("data", (data) => (complaints += data));
    child.on("close", (code) => {
      if (code === 0 || enough(printed)) resolve(printed);
      else reject(new Error(`exit code ${code}\n${printed}\n${complaints}`));
    });
  });
}

let output = "";
await check("the README's curl examples run in one shell", async () => {
  assert.ok(follows > 0, "the subscriber's example comes last");
  // The member's token is needed again below.
  const keep = '\necho; echo "MEMBER=$MEMBER"';
  output = await shell(blocks.slice(0, follows).join("\n") + keep);
});

await check("its query prints a leaderboard", async () => {
  assert.match(output, /"rank":1\b/);
});

await check("its webhook is accepted", async () => {
  assert.match(output, /HTTP\/1\.1 2\d\d /);
});

await check("its push pays the member 3 points", async () => {
  const [, token] = output.match(/^MEMBER=(.+)$/m);
  const query = "{ organization { points { ledger(first: 20) { nodes { pointsChange source { title } } } } } }";
  for (;;) {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined);
    if (data.organization.points.ledger.nodes.some((entry) => entry.pointsChange === 3)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

await check("its subscriber prints the board", async () => {
  const token = blocks.slice(0, follows).find((block) => block.includes("TOKEN=$("));
  const signIn = token.slice(0, token.indexOf("\n\n", token.indexOf("TOKEN=$(")));
  const printed = await shell(`${signIn}\n${blocks[follows]}`, (text) => text.includes("\n"));
  assert.match(printed, /^1\. \S.* \d+, \d\. /);
});

rmSync(folder, { recursive: true });
finish();
