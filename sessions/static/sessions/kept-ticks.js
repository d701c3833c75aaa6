// Ticks that wait on this phone until it is online: which stretch, which day, the answer's code, the key that stores it
// once. No name, no text. Both the pages and their worker read this; nothing else of ours is stored in a browser.
"use strict";
const KeptTicks = (() => {
  const NAME = "portal-ticks";

  const opened = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        const store = asked.result.createObjectStore("ticks", { keyPath: "order", autoIncrement: true });
        store.createIndex("key", "key", { unique: true });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });

  // Opened for one piece of work and closed again: an open database cannot be thrown away at sign-out.
  const within = async (mode, use) => {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const work = base.transaction("ticks", mode);
        const asked = use(work.objectStore("ticks"));
        work.oncomplete = () => resolve(asked.result);
        work.onabort = () => reject(work.error);
      });
    } finally {
      base.close();
    }
  };

  const all = () => within("readonly", (store) => store.getAll());
  return {
    all,
    add: async (tick) => {
      try {
        await within("readwrite", (store) => store.add(tick));
      } catch (error) {
        if (error.name !== "ConstraintError") throw error; // tapped twice: it is there
      }
    },
    put: (tick) => within("readwrite", (store) => store.put(tick)),
    remove: (tick) => within("readwrite", (store) => store.delete(tick.order)),
    keepOnly: async (mine) => {
      for (const tick of await all()) {
        if (!mine(tick)) await within("readwrite", (store) => store.delete(tick.order));
      }
    },
    drop: () =>
      new Promise((resolve) => {
        const asked = indexedDB.deleteDatabase(NAME);
        asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
      }),
  };
})();
