/* What htmx asks of a browser when it is loaded and happy-dom does not have. */
import { vi } from "vitest";

class Evaluator {
  createExpression(): { evaluate: () => { iterateNext: () => null } } {
    return { evaluate: () => ({ iterateNext: () => null }) };
  }
}

vi.stubGlobal("XPathEvaluator", Evaluator);
