// The audit suite of `graphql-http` against a running server: every MUST, SHOULD and MAY of
// the GraphQL over HTTP specification. Usage: node http.mjs URL
import { serverAudits } from "graphql-http";
import { check, finish } from "./tap.mjs";

const url = `${process.argv[2]}/graphql`;

for (const audit of serverAudits({ url, fetchFn: fetch })) {
  await check(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    if (result.status === "ok") return;
    const body = await result.response?.text?.().catch(() => "");
    throw new Error(`${result.status}: ${result.reason}\n${result.response?.status} ${body ?? ""}`);
  });
}
finish();
