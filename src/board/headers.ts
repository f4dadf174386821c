import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Only the page's own files run and are shown; pictures may also be made by the page itself. */
export function boardHeaders(): RequestHandler {
  const safe = pageHelmet();
  return (request, response, next) => {
    // A shared browser keeps nothing of a patient; files of the page say themselves how long they hold.
    response.set('cache-control', 'no-store');
    safe(request, response, next);
  };
}

function pageHelmet(): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
