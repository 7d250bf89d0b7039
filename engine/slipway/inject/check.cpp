#include "slipway/inject/check.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace slipway::inject {

namespace detail {

BindingIndex::BindingIndex(const std::vector<Binding>& bindings) {
  std::uint32_t last = 0;
  for (const auto& binding : bindings) last = std::max(last, slipway::detail::index_of(*binding.recipe->slot));
  unnamed_.assign(last + 1, kNone);
  for (std::uint32_t i = 0; i < bindings.size(); ++i) {
    if (!bindings[i].name.empty()) {
      named_.push_back({bindings[i].type(), bindings[i].name, i});
    } else if (std::uint32_t& place = unnamed_[slipway::detail::index_of(*bindings[i].recipe->slot)]; place == kNone) {
      place = i;
    } else {
      twice_.push_back(i);
    }
  }
  std::sort(named_.begin(), named_.end());
  for (std::size_t i = 1; i < named_.size(); ++i)
    if (named_[i].type == named_[i - 1].type && named_[i].name == named_[i - 1].name) twice_.push_back(named_[i].binding);
}

std::uint32_t BindingIndex::find_named(TypeKey type, std::string_view name) const {
  const auto it = std::lower_bound(named_.begin(), named_.end(), Named{type, name, 0});
  return it != named_.end() && it->type == type && it->name == name ? it->binding : kNone;
}

std::vector<std::uint32_t> BindingIndex::all(slipway::detail::TypeSlot& type) const {
  std::vector<std::uint32_t> out;
  if (const auto at = find(type, {}); at != kNone) out.push_back(at);
  for (const auto& named : named_)
    if (named.type == slipway::detail::key_of(type)) out.push_back(named.binding);
  return out;
}

namespace {

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

std::string label(const Need& need) {
  return std::string(slipway::detail::key_of(*need.slot)->short_name()) + (need.name.empty() ? "" : " \"" + std::string(need.name) + "\"");
}

class Checker {
 public:
  Checker(const std::vector<Binding>& bindings, const BindingIndex& index)
      : bindings_(bindings), index_(index), state_(bindings.size(), State::New), of_request_(bindings.size(), kNone) {}

  Result<Plan> run() {
    for (const auto i : index_.twice())
      problems_.push_back(bindings_[i].label() + " is bound twice (give one of them a name, or fork() the graph to replace it)");
    resolve();
    if (short_lived_) {
      find_parts_of_requests();
      for (std::uint32_t i = 0; i < bindings_.size(); ++i)
        for (std::uint32_t n = 0; n < bindings_[i].need_count(); ++n) check_lifetimes(i, bindings_[i].want(n), target(i, n));
    }
    plan_.order.reserve(bindings_.size());
    if (bottom_up_ || top_down_) {
      plan_.order.resize(bindings_.size());
      if (bottom_up_) std::iota(plan_.order.begin(), plan_.order.end(), 0u);
      else std::iota(plan_.order.rbegin(), plan_.order.rend(), 0u);
    } else {
      path_.reserve(bindings_.size());
      for (std::uint32_t i = 0; i < bindings_.size(); ++i) visit(i);
    }
    if (problems_.empty()) return std::move(plan_);
    std::string text = "the dependency graph does not hold:";
    for (const auto& problem : problems_) text += "\n  " + problem;
    return conflict(std::move(text), "INJECT_INVALID");
  }

 private:
  enum class State : std::uint8_t { New, Open, Done };
  static constexpr std::uint32_t kNone = BindingIndex::kNone;

  std::uint32_t target(std::uint32_t binding, std::size_t need) const { return plan_.targets[plan_.first_need[binding] + need]; }

  void resolve() {
    std::size_t needs = 0;
    for (const auto& binding : bindings_) needs += binding.need_count();
    plan_.targets.resize(needs);
    plan_.first_need.resize(bindings_.size() + 1);
    const std::span<const std::uint32_t> unnamed = index_.unnamed();
    std::uint32_t* to = plan_.targets.data();
    std::uint32_t above = 0, below = 0;  // needs that stand at or after who needs them, at or before
    for (std::uint32_t i = 0; i < bindings_.size(); ++i) {
      const Binding& binding = bindings_[i];
      if (binding.lifetime == Lifetime::Transient || binding.lifetime == Lifetime::Request) short_lived_ = true;
      plan_.first_need[i] = static_cast<std::uint32_t>(to - plan_.targets.data());
      const Recipe& recipe = *binding.recipe;
      if (recipe.details) special_ = true;
      for (std::uint32_t n = 0; n < recipe.need_count; ++n) {
        // Most needs have no name, and then their type is all there is to look at.
        const auto at = recipe.details ? index_.find(*recipe.needs[n], recipe.details[n].name) : BindingIndex::at(unnamed, *recipe.needs[n]);
        if (at == kNone) [[unlikely]]
          report_missing(binding, binding.need(n));
        above += at >= i;  // counted: a branch would go either way
        below += at <= i;
        *to++ = at;
      }
    }
    plan_.first_need[bindings_.size()] = static_cast<std::uint32_t>(needs);
    bottom_up_ = above == 0, top_down_ = below == 0;
  }

  [[gnu::cold, gnu::noinline]] void report_missing(const Binding& binding, const Need& need) {
    problems_.push_back(binding.label() + " needs " + label(need) + ", which is not bound: " + advice(need));
  }
  std::string advice(const Need& need) const {
    std::string same;
    for (const auto at : index_.all(*need.slot)) same += (same.empty() ? "" : ", ") + bindings_[at].label();
    if (!same.empty()) return "bound is " + same;
    std::vector<std::pair<std::size_t, std::string>> names;
    const std::string own(slipway::detail::key_of(*need.slot)->short_name());
    for (const auto& binding : bindings_) {
      const std::string name(binding.type()->short_name());
      auto distance = edit_distance(own, name);
      if (name.find(own) != std::string::npos || own.find(name) != std::string::npos) distance = std::min<std::size_t>(distance, 1);
      if (distance <= std::max<std::size_t>(2, own.size() / 3)) names.emplace_back(distance, name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < 3; ++i) out += (out.empty() ? "did you mean " : ", ") + names[i].second;
    return out.empty() ? "bind it in the composition root" : out + "?";
  }

  // Depth first over what must exist before; a Provider asks later and so orders nothing. By hand, since chains may be long.
  void visit(std::uint32_t root) {
    if (state_[root] != State::New) return;
    open(root);
    while (!path_.empty()) {
      const auto at = path_.back().first;
      const std::uint32_t* targets = plan_.targets.data() + plan_.first_need[at];
      const std::uint32_t count = plan_.first_need[at + 1] - plan_.first_need[at];
      std::uint32_t deeper = kNone, next = path_.back().second;
      for (; next < count && deeper == kNone; ++next) {
        const auto to = targets[next];
        if (to == kNone || state_[to] == State::Done || (special_ && bindings_[at].want(next) == Want::Provider)) continue;
        if (state_[to] == State::New) deeper = to;
        else report_circle(to);
      }
      path_.back().second = next;
      if (deeper != kNone) {
        open(deeper);
        continue;
      }
      state_[at] = State::Done;
      plan_.order.push_back(at);
      path_.pop_back();
    }
  }
  void open(std::uint32_t at) {
    state_[at] = State::Open;
    path_.emplace_back(at, 0);
  }

  void report_circle(std::uint32_t back_to) {
    std::string text;
    auto it = std::find_if(path_.begin(), path_.end(), [&](const auto& p) { return p.first == back_to; });
    for (; it != path_.end(); ++it) text += bindings_[it->first].label() + " → ";
    problems_.push_back("circle: " + text + bindings_[back_to].label() + " (let one of them take a Provider)");
  }

  // Fills of_request_: the part of a request by which a binding lives no longer than that request, itself or through transients.
  void find_parts_of_requests() {
    bool found = false;
    for (std::uint32_t i = 0; i < bindings_.size(); ++i)
      if (bindings_[i].lifetime == Lifetime::Request) of_request_[i] = i, found = true;
    while (found) {
      found = false;
      for (std::uint32_t i = 0; i < bindings_.size(); ++i) {
        if (bindings_[i].lifetime != Lifetime::Transient || of_request_[i] != kNone) continue;
        for (std::uint32_t n = 0; n < bindings_[i].need_count() && of_request_[i] == kNone; ++n)
          if (const auto to = target(i, n); to != kNone && of_request_[to] != kNone) of_request_[i] = of_request_[to], found = true;
      }
    }
  }

  void check_lifetimes(std::uint32_t at, Want want, std::uint32_t to) {
    if (to == kNone || bindings_[to].lifetime == Lifetime::Singleton || bindings_[to].lifetime == Lifetime::Object) return;
    const bool singleton = bindings_[at].lifetime == Lifetime::Singleton;
    const auto who = bindings_[at].label(), what = bindings_[to].label();
    if (const auto part = of_request_[to]; singleton && part != kNone) {
      problems_.push_back(who + " is a singleton and would keep " + bindings_[part].label() +
                          (part == to ? "" : " (through the transient " + what + ")") + " of one request for all (bind " + who +
                          " as request too, or pass it in the call)");
      return;
    }
    if (bindings_[to].lifetime != Lifetime::Transient) return;
    if (want == Want::Reference)
      problems_.push_back(who + " takes " + what + "& but it is transient, so nobody would own it (take a Provider, or a Made in a transient)");
    if (want == Want::Made && singleton)
      problems_.push_back(who + " is a singleton and would capture the transient " + what + " for good (take a Provider and ask for one each time)");
  }

  const std::vector<Binding>& bindings_;
  const BindingIndex& index_;
  Plan plan_;
  std::vector<std::string> problems_;
  bool short_lived_ = false;  // there are transients or parts of requests
  bool special_ = false;      // some need a name, a Provider or a Made
  // As they are written, everything stands after, or before, what it needs: most programs are written in one of these ways.
  bool bottom_up_ = true, top_down_ = true;
  std::vector<State> state_;
  std::vector<std::uint32_t> of_request_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> path_;
};

}  // namespace

Result<Plan> check_and_order(const std::vector<Binding>& bindings, const BindingIndex& index) { return Checker(bindings, index).run(); }

}  // namespace detail
}  // namespace slipway::inject
