// Before somebody signs in: a plan that this phone still keeps belongs to a session that is over.
"use strict";
if (window.caches) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
