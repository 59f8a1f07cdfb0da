// A naive broadcast node for Maelstrom: it sends what is new to its neighbours once, and never again.
//     g++ -std=c++17 -O2 naive_broadcast.cpp -o naive_broadcast
#include <iostream>
#include <set>
#include <string>
#include <vector>

namespace {

std::string node_id;
std::vector<std::string> neighbours;
std::set<long> seen;
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

// Those of a list of names: the text between its quotes.
std::vector<std::string> names(const std::string& list) {
  std::vector<std::string> found;
  for (std::size_t begin = 0; (begin = list.find('"', begin)) != std::string::npos;) {
    const std::size_t end = list.find('"', begin + 1);
    found.push_back(list.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return found;
}

void send(const std::string& to, const std::string& body) {
  std::cout << R"({"src":")" + node_id + R"(","dest":")" + to + R"(","body":{)" + body + R"(,"msg_id":)" +
                   std::to_string(++next_id) + "}}\n"
            << std::flush;
}

void take(const std::string& message, const std::string& source) {
  if (!seen.insert(std::stol(message)).second) return;
  for (const std::string& neighbour : neighbours)
    if (neighbour != source) send(neighbour, R"("type":"broadcast","message":)" + message);
}

void handle(const std::string& line) {
  const std::string source = word(line, "src"), body = field(line, "body"), type = word(body, "type");
  std::string reply = R"("type":")" + type + R"(_ok","in_reply_to":)" + field(body, "msg_id");
  if (type == "init") {
    node_id = word(body, "node_id");
  } else if (type == "topology") {
    neighbours = names(field(field(body, "topology"), node_id));
  } else if (type == "broadcast") {
    take(field(body, "message"), source);
  } else if (type == "read") {
    std::string list;
    for (const long message : seen) list += (list.empty() ? "" : ",") + std::to_string(message);
    reply += R"(,"messages":[)" + list + "]";
  } else {
    return;
  }
  send(source, reply);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) handle(line);
}
