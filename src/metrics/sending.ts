/** What sends records: loaded by a build that has somewhere to send one, and by `mobileops metrics`. */
export { type Delivery, type DeliveryWorld, deliver } from './sending/deliver.ts';
export { type Destination, type Destinations, destinationsOf } from './sending/destination.ts';
export { LiveEvents } from './sending/live-events.ts';
export { type ExportRequest, exportRequests, type SpanContext } from './sending/spans.ts';
export { Spool, type SpoolState } from './sending/spool.ts';
