#include "slipway/inject/check.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

namespace slipway::inject {

using detail::Binding;
using detail::Want;

namespace {

std::string name_of(TypeKey type) { return std::string(type->short_name()); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

std::string nearest(TypeKey wanted, const std::vector<Binding>& bindings) {
  std::vector<std::pair<std::size_t, std::string>> names;
  const auto own = name_of(wanted);
  for (const auto& binding : bindings) {
    const auto name = name_of(binding.type);
    auto distance = edit_distance(own, name);
    if (name.find(own) != std::string::npos || own.find(name) != std::string::npos) distance = std::min<std::size_t>(distance, 1);
    if (distance <= std::max<std::size_t>(2, own.size() / 3)) names.emplace_back(distance, name);
  }
  std::sort(names.begin(), names.end());
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < 3; ++i) out += (out.empty() ? "did you mean " : ", ") + names[i].second;
  return out.empty() ? "bind it in the composition root" : out + "?";
}

// Depth first over what must exist before; a Provider asks later and so orders nothing.
class Ordering {
 public:
  Ordering(const std::vector<Binding>& bindings, const std::unordered_map<TypeKey, std::size_t>& index)
      : bindings_(bindings), index_(index), state_(bindings.size(), State::New) {}

  void visit(std::size_t at) {
    if (state_[at] == State::Done) return;
    if (state_[at] == State::Open) {
      std::string path;
      for (auto it = std::find(path_.begin(), path_.end(), at); it != path_.end(); ++it)
        path += name_of(bindings_[*it].type) + " → ";
      problems.push_back("circle: " + path + name_of(bindings_[at].type) + " (let one of them take a Provider)");
      return;
    }
    state_[at] = State::Open;
    path_.push_back(at);
    for (const auto& need : bindings_[at].needs) {
      if (need.want == Want::Provider) continue;
      if (auto it = index_.find(need.type); it != index_.end()) visit(it->second);
    }
    path_.pop_back();
    state_[at] = State::Done;
    order.push_back(at);
  }

  std::vector<std::string> problems;
  std::vector<std::size_t> order;

 private:
  enum class State { New, Open, Done };
  const std::vector<Binding>& bindings_;
  const std::unordered_map<TypeKey, std::size_t>& index_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
};

}  // namespace

Result<std::vector<Binding>> check_and_order(std::vector<Binding> bindings) {
  std::vector<std::string> problems;
  std::unordered_map<TypeKey, std::size_t> index;
  for (std::size_t i = 0; i < bindings.size(); ++i)
    if (!index.try_emplace(bindings[i].type, i).second)
      problems.push_back(name_of(bindings[i].type) + " is bound twice (to replace a part, fork() the graph with an override)");

  for (const auto& binding : bindings) {
    const auto who = name_of(binding.type);
    for (const auto& need : binding.needs) {
      const auto it = index.find(need.type);
      if (it == index.end()) {
        problems.push_back(who + " needs " + name_of(need.type) + ", which is not bound: " + nearest(need.type, bindings));
        continue;
      }
      const auto lifetime = bindings[it->second].lifetime;
      if (lifetime == Lifetime::Transient && need.want == Want::Reference)
        problems.push_back(who + " takes " + name_of(need.type) +
                           "& but it is transient, so nobody would own it (take a Provider, or a Made in a transient)");
      if (lifetime == Lifetime::Transient && need.want == Want::Made && binding.lifetime == Lifetime::Singleton)
        problems.push_back(who + " is a singleton and would capture the transient " + name_of(need.type) +
                           " for good (take a Provider and ask for one each time)");
    }
  }
  Ordering ordering(bindings, index);
  for (std::size_t i = 0; i < bindings.size(); ++i) ordering.visit(i);
  problems.insert(problems.end(), ordering.problems.begin(), ordering.problems.end());
  if (!problems.empty()) {
    std::string text = "the dependency graph does not hold:";
    for (const auto& problem : problems) text += "\n  " + problem;
    return conflict(std::move(text), "INJECT_INVALID");
  }
  std::vector<Binding> ordered;
  for (auto at : ordering.order) ordered.push_back(std::move(bindings[at]));
  return ordered;
}

}  // namespace slipway::inject
