#include "protocols/interceptor-broadcast/broadcast_interceptor.hpp"

#include "protocols/interceptor-broadcast/broadcaster.hpp"
#include "protocols/interceptor-broadcast/store.hpp"

namespace hearsay::interceptor {

BroadcastInterceptor::BroadcastInterceptor(const Server& server)
    : server_(server), seen_{SeenContent(server.params), SeenContent(server.params)} {}

Reply BroadcastInterceptor::handle(Context& context, Request& request, const Next& next) {
  if (!server_.params.broadcasts(request.method)) return next(context, request);
  SeenContent& seen = seen_[static_cast<std::size_t>(request.method)];
  if (seen.check_and_add(context, request.write->hash)) return handle_known(context, request, next);

  if (request.method == Method::read) {
    request.news = true;
    Reply reply = next(context, request);
    server_.broadcaster.enqueue(request, false);
    return reply;
  }
  if (server_.store.incorporated(request.write->id)) context.count(index(Metric::re_broadcasts));
  request.replicated = true;
  Reply reply = next(context, request);
  // As the document's code does it: what the rest of the chain refuses is broadcast nevertheless.
  const bool waits = reply.status == Reply::Status::ok && request.reply_to.is_client() &&
                     server_.broadcaster.acknowledgements_needed() > 0;
  server_.broadcaster.enqueue(request, waits);
  if (waits) reply.status = Reply::Status::later;
  return reply;
}

// A hash seen before: processed locally, not forwarded. A client that asked for more copies than this one cannot have
// them, since nobody else is told.
Reply BroadcastInterceptor::handle_known(Context& context, Request& request, const Next& next) {
  Reply reply = next(context, request);
  if (!request.reply_to.is_client()) return reply;
  context.count(index(Metric::swallowed));
  if (reply.status == Reply::Status::ok && request.method == Method::write &&
      server_.broadcaster.acknowledgements_needed() > 0) {
    context.count(index(Metric::quorum_failures));
    reply.status = Reply::Status::failed;
  }
  return reply;
}

}  // namespace hearsay::interceptor
