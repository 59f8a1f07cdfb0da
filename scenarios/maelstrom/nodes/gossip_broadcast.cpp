// A broadcast node for Maelstrom that keeps on sending each neighbour what that has not acknowledged.
//     g++ -std=c++17 -O2 -pthread gossip_broadcast.cpp -o gossip_broadcast
// With the argument `forgets` it has a flaw: it takes a message for known by a neighbour once it has sent it twice.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr double period = 0.1;  // seconds between two rounds of gossip

std::mutex lock;
std::string node_id;
std::vector<std::string> neighbours;
std::set<long> seen;
std::map<std::string, std::set<long>> known_by;
std::map<std::string, std::map<long, int>> sent;  // of the flaw
bool forgets = false;
long next_id = 0;

// As much of JSON as these messages need: the text behind `"key":`, up to where the value ends.
std::string field(const std::string& json, const std::string& key) {
  const std::size_t name = json.find("\"" + key + "\"");
  if (name == std::string::npos) return "";
  std::size_t begin = json.find(':', name) + 1, depth = 0;
  while (json[begin] == ' ') ++begin;
  for (std::size_t at = begin; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '[' || c == '{') ++depth;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return json.substr(begin, at - begin);
    if (c == ']' || c == '}') --depth;
  }
  return json.substr(begin);
}

std::string word(const std::string& json, const std::string& key) {
  const std::string value = field(json, key);
  return value.size() < 2 ? "" : value.substr(1, value.size() - 2);
}

std::vector<std::string> items(const std::string& list) {
  std::vector<std::string> found;
  for (std::size_t begin = 1; begin + 1 < list.size();) {
    std::size_t end = list.find(',', begin);
    if (end == std::string::npos) end = list.size() - 1;
    std::string item = list.substr(begin, end - begin);
    while (!item.empty() && item.front() == ' ') item.erase(0, 1);
    if (!item.empty() && item.front() == '"') item = item.substr(1, item.size() - 2);
    if (!item.empty()) found.push_back(item);
    begin = end + 1;
  }
  return found;
}

std::string list(const std::set<long>& messages) {
  std::string text = "[";
  for (const long message : messages) text += (text.size() > 1 ? "," : "") + std::to_string(message);
  return text + "]";
}

void send(const std::string& to, const std::string& body) {
  std::cout << R"({"src":")" + node_id + R"(","dest":")" + to + R"(","body":{)" + body + R"(,"msg_id":)" +
                   std::to_string(++next_id) + "}}\n"
            << std::flush;
}

void gossip_for_ever() {
  std::mt19937 random;
  bool seeded = false;
  for (;;) {
    // Not in step with other nodes; the library's distributions differ between its versions.
    const double share = 0.5 + static_cast<double>(random() % 1000) / 1000;
    std::this_thread::sleep_for(std::chrono::duration<double>(period * share));
    const std::lock_guard<std::mutex> guard(lock);
    if (!seeded && !node_id.empty()) {
      random.seed(std::stoul(node_id.substr(1)) + 1);
      seeded = true;
    }
    for (const std::string& neighbour : neighbours) {
      std::set<long> missing;
      for (const long message : seen) {
        if (known_by[neighbour].count(message) != 0) continue;
        missing.insert(message);
        if (forgets && ++sent[neighbour][message] == 2) known_by[neighbour].insert(message);
      }
      if (!missing.empty()) send(neighbour, R"("type":"gossip","messages":)" + list(missing));
    }
  }
}

void handle(const std::string& line) {
  const std::string source = word(line, "src"), body = field(line, "body"), type = word(body, "type");
  std::string reply = R"("type":")" + type + R"(_ok","in_reply_to":)" + field(body, "msg_id");
  const std::lock_guard<std::mutex> guard(lock);
  if (type == "init") {
    node_id = word(body, "node_id");
  } else if (type == "topology") {
    neighbours = items(field(field(body, "topology"), node_id));
  } else if (type == "broadcast") {
    seen.insert(std::stol(field(body, "message")));
  } else if (type == "gossip" || type == "gossip_ok") {
    for (const std::string& message : items(field(body, "messages"))) {
      if (type == "gossip") seen.insert(std::stol(message));
      known_by[source].insert(std::stol(message));
    }
    if (type == "gossip_ok") return;
    reply += R"(,"messages":)" + field(body, "messages");
  } else if (type == "read") {
    reply += R"(,"messages":)" + list(seen);
  } else {
    return;
  }
  send(source, reply);
}

}  // namespace

int main(int count, char** words) {
  forgets = count > 1 && std::string(words[1]) == "forgets";
  std::thread(gossip_for_ever).detach();
  for (std::string line; std::getline(std::cin, line);) handle(line);
  std::_Exit(0);  // the other thread sleeps
}
