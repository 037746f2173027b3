export { formatted } from "../rich";
