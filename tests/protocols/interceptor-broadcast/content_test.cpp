#include "protocols/interceptor-broadcast/content.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/interceptor-broadcast/messages.hpp"

namespace hearsay::interceptor {
namespace {

WritePtr sample(std::uint32_t size = 0) {
  Write write;
  write.id = 3;
  write.key = "mykey";
  write.value = "myvalue";
  write.size = size;
  return seal(write);
}

}  // namespace

TEST_CASE("a request is marshalled as protobuf does it") {
  CHECK(marshal("mykey", "myvalue") == "\x0a\x05mykey\x12\x07myvalue");
  const std::string large(300, 'v');
  CHECK(marshal("mykey", large) == "\x0a\x05mykey\x12\xac\x02" + large);
  CHECK(marshal("mykey", large).size() == marshalled_size("mykey", large));
  const std::string two_bytes(128, 'v');  // the shortest whose length takes two bytes
  CHECK(marshal("k", two_bytes) == "\x0a\x01k\x12\x80\x01" + two_bytes);
  CHECK(marshal("k", two_bytes).size() == marshalled_size("k", two_bytes));
  CHECK(marshal("k", "") == "\x0a\x01k");
}

TEST_CASE("the hash is the beginning of the SHA-256 of the marshalled request") {
  // printf '\x0a\x05mykey\x12\x07myvalue' | sha256sum: fba10647e55af0da c91b7b78...
  CHECK(content_hash("mykey", "myvalue", 8).words[0] == 0xdaf05ae54706a1fbULL);
  CHECK(content_hash("mykey", "myvalue", 8).words[1] == 0);
  CHECK(content_hash("mykey", "myvalue", 1).words[0] == 0xfb);
  CHECK(content_hash("mykey", "myvalue", 9).words[1] == 0xc9);
  CHECK(content_hash("mykey", "myvalue", 32).words[3] != 0);
}

TEST_CASE("key and value cannot trade places in the hash") {
  CHECK_FALSE(content_hash("ab", "c", 32) == content_hash("a", "bc", 32));
}

TEST_CASE("a request takes its payload, its field headers, its framing and what else it carries") {
  WriteRequest request{.write = sample(), .call = 1, .metadata = {}, .timestamped = false, .causal = nullptr};
  CHECK(request.wire_size() == 64 + 16);  // 5 + 7 and two field headers of 2
  request.write = sample(100);
  CHECK(request.wire_size() == 64 + 104);
  request.metadata = {"customKey=customValue"};
  CHECK(request.wire_size() == 64 + 104 + 21);
  request.timestamped = true;
  CHECK(request.wire_size() == 64 + 104 + 21 + 12);
  CausalStamp stamp{1, 1, {}};
  stamp.before.raise(1, 4);
  stamp.before.raise(2, 4);
  request.causal = std::make_shared<const CausalStamp>(stamp);
  CHECK(request.wire_size() == 64 + 104 + 21 + 12 + 36);
  CHECK(Datagram<WriteRequest>{request, true}.wire_size() == request.wire_size() + 4);
  CHECK(Datagram<WriteRequest>{request, false}.wire_size() == request.wire_size());
}

TEST_CASE("corruption changes the value and so the hash, and leaves the original as it was") {
  const WriteRequest request{.write = sample(), .call = 1, .metadata = {}, .timestamped = false, .causal = nullptr};
  for (std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{254} << 32, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    const WriteRequest garbled = request.corrupted(bits);
    CHECK(garbled.write->value != "myvalue");
    CHECK(garbled.write->value.size() == 7);
    CHECK_FALSE(garbled.write->hash == request.write->hash);
    CHECK(garbled.write->fingerprint != request.write->fingerprint);
    CHECK(request.write->value == "myvalue");
  }
}

TEST_CASE("the kinds stand in the order of the variant's alternatives") {
  const auto kinds = message_kinds();
  REQUIRE(kinds.size() == std::variant_size_v<AnyMessage>);
  for (const Transport transport : {Transport::stream, Transport::datagram}) {
    Params params;
    params.transport = transport;
    const MessagePtr request = envelope(
        params, WriteRequest{.write = sample(), .call = 1, .metadata = {}, .timestamped = false, .causal = nullptr});
    const MessagePtr response = envelope(params, WriteResponse{1, true});
    CHECK(kinds[request->kind()].name.starts_with("write_request"));
    CHECK(kinds[response->kind()].name.starts_with("write_response"));
    CHECK(kinds[request->kind()].transport == transport);
    CHECK(kinds[response->kind()].transport == transport);
    CHECK(response->corrupted(1) == nullptr);
  }
}

}  // namespace hearsay::interceptor
