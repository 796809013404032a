// Runs the conformance list through the C++ binding: runner ENDPOINT CASES_FILE WORK_FOLDER
#include "calls.hpp"
#include "service.hpp"

#include <iostream>

namespace fs = std::filesystem;

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    const char escaped = text.at(++i);
    plain += escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped == 't' ? '\t' : escaped;
  }
  return plain;
}

/// The text before the first space, and what follows it.
std::pair<std::string, std::string> split(const std::string &text) {
  const auto space = text.find(' ');
  if (space == text.npos)
    return {text, ""};
  return {text.substr(0, space), text.substr(space + 1)};
}

class conformance_case {
public:
  conformance_case(const service &server, fs::path data, fs::path work)
      : server_(server), data_(std::move(data)), work_(std::move(work)), calls_(server.endpoint(), work_.string()) {
    fs::remove_all(work_);
    fs::create_directories(work_);
    server_.ask("DELETE", "faults");
    server_.ask("DELETE", "requests");
  }

  void obey(const std::string &line) {
    const auto [word, rest] = split(line);
    const auto [field, text] = split(rest);
    if (word == "fault")
      server_.ask("POST", "faults", "[" + rest + "]");
    else if (word == "call" || word == "start" || word == "cancel" || word == "stop")
      calls_.call(word, rest);
    else if (word == "file")
      fs::copy_file(data_ / text, work_ / field, fs::copy_options::overwrite_existing);
    else if (word == "text")
      std::ofstream(work_ / field, std::ios::binary) << value(text);
    else if (word == "expect")
      expect(field, value(text));
    else
      calls_.set(word, field, value(text));
  }

private:
  std::string value(const std::string &text) const {
    auto value = replaced(unescaped(text), "{endpoint}", server_.endpoint());
    value = replaced(replaced(value, "{host}", server_.host()), "{work}", work_.string());
    return replaced(value, "{data}", data_.string());
  }

  void expect(const std::string &name, const std::string &value) const {
    auto field = name;
    const bool contains = without_end(field, "_contains"), lacks = !contains && without_end(field, "_lacks");
    const auto came = found(field);
    const bool right = came && (contains || lacks ? (came->find(value) != came->npos) == contains : *came == value);
    if (!right)
      throw wrong("expected " + name + " " + value + ", came " + came.value_or("nothing") + "; "
                  + calls_.came("error.message").value_or(""));
  }

  static bool without_end(std::string &text, std::string_view end) {
    if (text.size() < end.size() || text.substr(text.size() - end.size()) != end)
      return false;
    text.resize(text.size() - end.size());
    return true;
  }

  std::optional<std::string> found(const std::string &field) const {
    if (field == "sent")
      return server_.ask("GET", "requests");
    if (field == "sent.count")
      return std::to_string(occurrences(server_.ask("GET", "requests"), "\"connection\":"));
    if (field.rfind("file:", 0) == 0) {
      const auto path = work_ / fs::path(field.substr(5));
      return fs::exists(path) ? std::to_string(fs::file_size(path)) : "(null)";
    }
    return calls_.came(field);
  }

  static std::size_t occurrences(const std::string &text, const std::string &what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
      count++;
    return count;
  }

  const service &server_;
  fs::path data_;
  fs::path work_;
  calls calls_;
};

using lines = std::vector<std::string>;

/// The title and the lines of each case.
std::vector<std::pair<std::string, lines>> read(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::pair<std::string, lines>> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("case ", 0) == 0)
      cases.push_back({line.substr(5), {}});
    else if (!line.empty() && line[0] != '#')
      cases.at(cases.size() - 1).second.push_back(line);
  }
  return cases;
}

} // namespace

int main(int count, char **arguments) {
  if (count != 4) {
    std::cerr << "runner ENDPOINT CASES_FILE WORK_FOLDER\n";
    return 2;
  }
  const service server(arguments[1]);
  const auto file = fs::absolute(arguments[2]), work = fs::absolute(arguments[3]);
  std::size_t number = 0, passed = 0;
  for (const auto &[title, steps] : read(file)) {
    number++;
    try {
      conformance_case now(server, file.parent_path() / "data", work / std::to_string(number));
      for (const auto &step : steps)
        now.obey(step);
      passed++;
    } catch (const std::exception &why) {
      std::cout << number << " " << title << ": " << why.what() << "\n";
    }
  }
  std::cout << "cpp: " << passed << " passed, " << number - passed << " failed\n";
  return passed != number;
}
