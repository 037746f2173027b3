import { start } from "./widget";

start();
