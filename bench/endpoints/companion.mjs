// Uppy Companion with nothing but its S3 routes: `node companion.mjs FOLDER PORT`, where FOLDER is
// the one that npm installed it into.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port] = process.argv.slice(2);
const load = createRequire(`${folder}/`);
const entry = load.resolve("@uppy/companion");
const { app: companion } = await import(pathToFileURL(entry).href);
const express = load("express");

const { app } = companion({
  s3: {
    key: process.env.AWS_ACCESS_KEY_ID,
    secret: process.env.AWS_SECRET_ACCESS_KEY,
    bucket: "photos",
    region: "ap-south-1",
    expires: 43200,
    conditions: [["content-length-range", 1, 5000000]],
  },
  server: { host: `127.0.0.1:${port}`, protocol: "http" },
  filePath: folder,
  secret: "only-for-this-benchmark",
  corsOrigins: true,
  uploadUrls: ["https://photos.example/"],
  metrics: false,
});

const server = express();
server.get("/readyz", (_request, response) => response.json({ ready: true }));
server.use(app);
server.listen(Number(port), "127.0.0.1");
