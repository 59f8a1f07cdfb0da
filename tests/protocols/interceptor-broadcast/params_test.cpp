#include "protocols/interceptor-broadcast/params.hpp"

#include <catch2/catch.hpp>

#include "protocols/interceptor-broadcast/interceptors.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::interceptor {
namespace {

using Words = std::vector<std::string>;

std::string blamed(const std::vector<std::string>& words) { return bench::blamed("interceptor-broadcast", words); }

}  // namespace

TEST_CASE("every combination that makes no sense is refused, and blamed on the parameter to change") {
  const auto [words, parameter] = GENERATE(table<Words, std::string>({
      {{"chain=[logging,broadcast,logging]"}, "chain"},
      {{"cache_size=10", "cache_evict=11"}, "cache_evict"},
      {{"cache_ttl=1s"}, "cache_ttl"},
      {{"checksum=false"}, "checksum"},
      {{"retries=1", "retry_delay=6s"}, "retry_max_delay"},
      {{"retry_delay=1s"}, "retry_delay"},
      {{"retry_backoff=3"}, "retry_backoff"},
      {{"retry_max_delay=9s"}, "retry_max_delay"},
      {{"consistency_timeout=1s"}, "consistency_timeout"},
      {{"causal_wait=1s"}, "causal_wait"},
      {{"cache_evict=7", "dedup_cache=lru"}, "cache_evict"},
      {{"chain=[broadcast]", "forbidden_key=bar"}, "forbidden_key"},
      {{"chain=[broadcast]", "forward_metadata=true"}, "forward_metadata"},
      {{"chain=[broadcast]", "metadata_entry=a=b"}, "metadata_entry"},
      {{"chain=[logging]", "hash_bytes=4"}, "hash_bytes"},
      {{"chain=[logging]", "dedup_cache=lru"}, "dedup_cache"},
      {{"chain=[logging]", "cache_size=9000"}, "cache_size"},
      {{"chain=[logging]", "cache_evict=9"}, "cache_evict"},
      {{"chain=[logging]", "call_timeout=1s"}, "call_timeout"},
      {{"chain=[logging]", "transport=datagram"}, "transport"},
      {{"sync_interval=1s"}, "sync_interval"},
      {{"metadata_entry=customKey"}, "metadata_entry"},
      {{"chain=[logging]", "retries=1"}, "retries"},
      {{"chain=[logging]", "consistency=quorum"}, "consistency"},
      {{"chain=[logging]", "acknowledgements=true"}, "acknowledgements"},
      {{"chain=[logging]", "ordering=causal"}, "ordering"},
      {{"chain=[logging]", "methods=[read]"}, "methods"},
      {{"chain=[logging]", "replicate=invalidation"}, "replicate"},
      {{"methods=[]"}, "methods"},
      {{"methods=[read]", "consistency=all"}, "consistency"},
      {{"methods=[read]", "ordering=causal"}, "ordering"},
      {{"methods=[read]", "replicate=invalidation"}, "replicate"},
      {{"rate_limit=5/s"}, "rate_limit"},
      {{"chain=[rate_limit,broadcast]"}, "rate_limit"},
  }));
  INFO(words.front());
  CHECK(blamed(words) == parameter);
}

TEST_CASE("the document's behaviour and each improvement alone are accepted") {
  const auto words =
      GENERATE(Words{}, Words{"dedup_cache=lru", "cache_ttl=1m"}, Words{"cache_size=10", "dedup_cache=lru"},
               Words{"transport=datagram", "checksum=false"}, Words{"storage=disk", "sync_interval=1s"},
               Words{"retries=5"}, Words{"consistency=all"}, Words{"ordering=causal"}, Words{"chain=[]"},
               Words{"methods=[read]"}, Words{"methods=[read,write]"}, Words{"replicate=invalidation"},
               Words{"chain=[rate_limit,broadcast]", "rate_limit=5/s"}, Words{"forward_metadata=true"},
               // as far as it goes
               Words{"cache_size=10", "cache_evict=10"}, Words{"cache_evict=1"}, Words{"hash_bytes=1"},
               Words{"hash_bytes=32"}, Words{"retries=1", "retry_delay=2s", "retry_max_delay=2s"});
  CHECK(blamed(words).empty());
}

TEST_CASE("the chain is chosen from the table of interceptors, and the default is the document's") {
  CHECK(Params().chain == std::vector<std::string>{"logging", "validation", "metadata", "broadcast"});
  CHECK_FALSE(Params().forward_metadata);  // the listing clones the message alone
  CHECK(Params().methods == std::vector<std::string>{"write"});
  for (const auto& parameter : parameter_table().parameters())
    if (parameter.name == "chain") CHECK(parameter.choices == interceptor_names());
}

TEST_CASE("acknowledgements are tracked where they are asked for, and where quorums or retries rest on them") {
  Params params;
  CHECK_FALSE(params.tracks_acknowledgements());
  params.acknowledgements = true;
  CHECK(params.tracks_acknowledgements());
  params = {};
  params.retries = 1;
  CHECK(params.tracks_acknowledgements());
  params = {};
  params.consistency = Consistency::quorum;
  CHECK(params.tracks_acknowledgements());
}

TEST_CASE("every parameter says what it means, and every improvement where it is wished for") {
  std::string sources;
  for (const auto& parameter : parameter_table().parameters()) {
    INFO(parameter.name);
    CHECK(parameter.meaning.size() > 20);
    sources += parameter.source + "\n";
  }
  for (int improvement = 2; improvement <= 6; ++improvement)
    CHECK(sources.find("Potential Improvements " + std::to_string(improvement)) != std::string::npos);
  CHECK(sources.find("Potential Improvements 1, 5") != std::string::npos);
}

}  // namespace hearsay::interceptor
