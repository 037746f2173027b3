export { shellMenu } from "../menu";
export { prime, tone } from "../sound";
export { zoom } from "../zoom";
