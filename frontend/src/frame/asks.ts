/** What stands beside words: in a message, before a conversation, while one waits, at its end. */

export type CardButton =
  | { readonly label: string; readonly link: string }
  | { readonly label: string; readonly say: string };

export interface Card {
  readonly title: string;
  readonly text?: string;
  readonly picture?: { readonly url: string; readonly width: number; readonly height: number };
  readonly buttons?: readonly CardButton[];
}

export interface Parts {
  readonly choices?: readonly string[];
  readonly cards?: readonly Card[];
}

/** What is asked about a closed conversation, or was answered. */
export interface Rating {
  readonly question: string;
  readonly score: number | null;
  readonly comment: string;
  /** Whether an answer is taken now. */
  readonly open: boolean;
}

/** What to ask before a new conversation. */
export interface Before {
  readonly fields: readonly {
    readonly name: "name" | "email" | "phone";
    readonly required: boolean;
  }[];
  readonly topic: {
    readonly question: string;
    readonly choices: readonly string[];
    readonly required: boolean;
  } | null;
}

export type About = Readonly<Record<string, string>>;

/** What the newest page of a conversation says besides its messages. */
export interface Asked {
  readonly rating?: Rating | null;
  /** In how many seconds nobody is expected to answer any more. */
  readonly contact?: { readonly after: number } | null;
}
