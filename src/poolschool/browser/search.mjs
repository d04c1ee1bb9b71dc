// The index of the search, bundled by esbuild: MiniSearch, small and without dependencies. Fetched only when somebody searches.
export { default as MiniSearch } from "minisearch";
