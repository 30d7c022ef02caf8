// How react examples are tested: one thread, jsdom, nothing written but the report.
export default {
  cacheDir: "/tmp/vite",
  root: process.cwd(),
  test: {
    environment: "jsdom",
    fileParallelism: false,
    fsModuleCache: false,
    include: ["**/*.test.{js,jsx}"],
    isolate: false,
    outputFile: "/tmp/report.xml",
    pool: "threads",
    sequence: { shuffle: "SEED" in process.env, seed: Number(process.env.SEED ?? 0) },
    reporters: ["default", "junit"],
    testTimeout: 0,
    watch: false,
  },
};
