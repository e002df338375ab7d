// Who runs the reader's lines: workers, one for each exercise that is running, and one that waits for the next.
export const LIMIT = 10;  // seconds for the reader's lines; every exercise takes milliseconds
const SOON = 250;  // milliseconds after which loading is worth a word
const LONG = 700;  // milliseconds after which a run looks like a loop without an end, and another worker gets ready

let waiting = null;

const started = () => new Worker(new URL("python_worker.js", import.meta.url), {type: "module"});

// Have a worker ready that has loaded what this sheet needs; the first call is where the page's Python is loaded.
export const warm = (sheet) => {
  waiting ??= started();
  waiting.onerror = () => { waiting = null; };
  waiting.postMessage({kind: "warm", sheet});
};

// Run a task; tell.loading() and tell.printed(text) are called meanwhile. The answer has a `status` where the
// task was stopped or something failed.
export const run = (task, tell) => {
  const worker = waiting ?? started();
  waiting = null;
  let [timer, spare, end] = [0, 0, null];
  const done = new Promise((resolve) => { end = resolve; });

  const finish = (result, again) => {
    [timer, spare, slow].forEach((one) => clearTimeout(one));
    worker.onmessage = worker.onerror = null;
    if (again && !waiting) waiting = worker;
    else worker.terminate();
    end(result);
  };
  const stop = (sentence) => {
    finish({status: "stopped", sentence}, false);
    if (!waiting) warm(task.sheet);
  };
  const slow = setTimeout(() => tell.loading(), SOON);

  const heard = {
    started: () => {
      clearTimeout(slow);
      tell.started();
      spare = setTimeout(() => { if (!waiting) warm(task.sheet); }, LONG);
      timer = setTimeout(() => stop(`Your code did not end within ${LIMIT} seconds and was stopped: look for a loop `
        + "that never ends."), LIMIT * 1000);
    },
    printed: ({text}) => tell.printed(text),
    done: ({result}) => finish(result, true),
    failed: ({sentence}) => finish({status: "broken", sentence}, false),
  };
  worker.onmessage = ({data}) => heard[data.kind]?.(data);
  worker.onerror = () => finish({status: "broken", sentence: "The page's Python could not be loaded. Is there a "
    + "network? Run tries again."}, false);
  worker.postMessage(task);
  return {done, stop: () => stop("Stopped.")};
};
