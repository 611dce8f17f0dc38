// The few lines of TAP that the test command counts.

let failed = 0;

/** Runs one check and prints whether it held; a check that takes too long does not. */
export async function check(name, run, limitMs = 15_000) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no result within ${limitMs} ms`)), limitMs);
    });
    await Promise.race([run(), late]);
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}`);
    for (const line of String(error?.message ?? error).split("\n")) console.log(`  # ${line}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the process; its exit code tells whether all held. */
export function finish() {
  process.exit(failed === 0 ? 0 : 1);
}
