#include "protocols/interceptor-broadcast/chain.hpp"

namespace hearsay::interceptor {

Chain::Chain(std::vector<std::unique_ptr<Interceptor>> interceptors, Handler handler)
    : interceptors_(std::move(interceptors)), handler_(std::move(handler)) {}

Reply Chain::handle(Context& context, Request& request) const { return Next(*this, 0)(context, request); }

Reply Next::operator()(Context& context, Request& request) const {
  if (position_ == chain_.interceptors_.size()) return chain_.handler_(context, request);
  return chain_.interceptors_[position_]->handle(context, request, Next(chain_, position_ + 1));
}

}  // namespace hearsay::interceptor
