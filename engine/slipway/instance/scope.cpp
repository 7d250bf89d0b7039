#include "slipway/instance/scope.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

#include "slipway/instance/construction.h"

namespace slipway::instance {

thread_local constinit Construction* making_here = nullptr;

namespace {

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
std::int64_t wall_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Makes `making_here` this thread's construction for a while; only the outermost one owns it.
class Making {
 public:
  Making() {
    if (!making_here) {
      making_here = &own_;
      owner_ = true;
    }
  }
  ~Making() {
    if (owner_) making_here = nullptr;
  }
  Construction& here() { return *making_here; }

 private:
  Construction own_;
  bool owner_ = false;
};

// The threads that would wait for each other if `me` waited for `slot`, as a path back to `slot`; empty when it is safe.
std::string circle(const Construction& me, const Slot& slot) {
  std::string path;
  const Slot* wanted = &slot;
  while (wanted && wanted->maker) {
    const Construction& maker = *wanted->maker;
    auto from = std::find_if(maker.making.begin(), maker.making.end(), [&](const auto& f) { return f.slot == wanted; });
    for (; from != maker.making.end(); ++from) path += from->label + " → ";
    if (&maker == &me) break;
    wanted = maker.waits_for;
  }
  if (!wanted || !wanted->maker) return {};
  return path;
}

}  // namespace

ConstructionLock& construction_lock() {
  static ConstructionLock lock;
  return lock;
}

struct InstanceScope::State {
  mutable std::mutex mutex;  // table inserts and factories
  std::map<TypeKey, std::shared_ptr<const Provided>> factories;
  std::vector<std::shared_ptr<void>> retired;  // replaced by put(); under the construction lock
  std::vector<Slot*> made;                     // in order; under the construction lock
  bool closed = false;                         // under the construction lock
};

InstanceScope::InstanceScope(std::string name, const InstanceScope* parent)
    : name_(std::move(name)), parent_(parent), state_(std::make_unique<State>()) {}

InstanceScope::~InstanceScope() { close(); }

Slot& InstanceScope::add_slot(TypeKey type, std::string_view name) {
  std::lock_guard lock(state_->mutex);
  Slot* slot = table_.find(type, name);
  return slot ? *slot : table_.insert(type, name);
}

void InstanceScope::provide_any(TypeKey type, std::string kind, Factory factory) {
  std::lock_guard lock(state_->mutex);
  state_->factories.insert_or_assign(type, std::make_shared<Provided>(Provided{std::move(kind), std::move(factory)}));
}

std::shared_ptr<const InstanceScope::Provided> InstanceScope::factory_of(TypeKey type) const {
  {
    std::lock_guard lock(state_->mutex);
    if (auto it = state_->factories.find(type); it != state_->factories.end()) return it->second;
  }
  return parent_ ? parent_->factory_of(type) : nullptr;
}

std::string InstanceScope::label(const Slot& slot) const {
  const auto factory = factory_of(slot.type);
  return (factory ? factory->kind : std::string(slot.type->short_name())) + "." + slot.name;
}

Result<void*> InstanceScope::make(Slot& slot) {
  const std::string what = label(slot);
  Making making;
  Construction& me = making.here();
  auto& constructions = construction_lock();
  std::unique_lock lock(constructions.mutex);

  if (!me.making.empty()) {
    auto& asked = me.making.back().slot->depends_on;
    if (std::find(asked.begin(), asked.end(), what) == asked.end()) asked.push_back(what);
  }
  if (void* object = slot.object.load(std::memory_order_relaxed)) return object;
  while (slot.maker) {
    if (const auto path = circle(me, slot); !path.empty())
      return conflict("instances ask for each other in a circle: " + path + what + " (scope " + name_ +
                          "); let one of them get the other on first use instead of in its factory",
                      "INSTANCE_CYCLE");
    const auto attempt = slot.attempts;
    me.waits_for = &slot;
    constructions.changed.wait(lock, [&] { return !slot.maker; });
    me.waits_for = nullptr;
    if (void* object = slot.object.load(std::memory_order_relaxed)) return object;
    if (slot.attempts == attempt + 1 && slot.failure) return *slot.failure;
  }
  if (state_->closed)
    return unavailable("instance " + what + ": its scope " + name_ + " is closed", "SCOPE_CLOSED");

  slot.maker = &me;
  slot.depends_on.clear();
  me.making.push_back({&slot, what});
  lock.unlock();

  const auto started = now_ns();
  Result<Made> made = [&]() -> Result<Made> {
    const auto factory = factory_of(slot.type);
    if (!factory)
      return not_found("instance " + what + ": nobody provides " + std::string(slot.type->name) + " in scope " + name_ +
                           " (call provide<" + std::string(slot.type->short_name()) + ">() at start-up)",
                       "NO_FACTORY");
    try {
      auto result = factory->make(*this, slot.name);
      if (result.ok() && !result->object) return internal_error("instance " + what + ": its factory gave nothing");
      return result;
    } catch (const InstanceError& e) {
      return e.error();
    } catch (const std::exception& e) {
      return internal_error("instance " + what + ": its factory threw: " + e.what());
    }
  }();
  const auto took = now_ns() - started;

  lock.lock();
  me.making.pop_back();
  slot.maker = nullptr;
  ++slot.attempts;
  constructions.changed.notify_all();
  if (!made) {
    slot.failure = made.error();
    return made.error();
  }
  slot.failure.reset();
  if (state_->closed) {
    lock.unlock();
    return unavailable("instance " + what + ": its scope " + name_ + " was closed while it was made", "SCOPE_CLOSED");
  }
  if (void* object = slot.object.load(std::memory_order_relaxed)) {  // put() came first, and wins
    if (!slot.holder) slot.holder = std::move(made->holder);
    else state_->retired.push_back(std::move(made->holder));
    return object;
  }
  slot.holder = std::move(made->holder);
  slot.creation_ns = took;
  slot.created_wall_ns = wall_ns();
  state_->made.push_back(&slot);
  slot.order = static_cast<int>(state_->made.size());
  slot.object.store(made->object, std::memory_order_release);
  return made->object;
}

void* InstanceScope::make_or_throw(Slot& slot) {
  auto made = make(slot);
  if (!made) throw InstanceError(made.error());
  return *made;
}

void InstanceScope::put_any(Slot& slot, void* object, std::shared_ptr<void> holder) {
  std::lock_guard lock(construction_lock().mutex);
  slot.replaced = slot.object.load(std::memory_order_relaxed) != nullptr;
  if (slot.holder) state_->retired.push_back(std::move(slot.holder));
  slot.holder = std::move(holder);
  slot.created_wall_ns = wall_ns();
  slot.creation_ns = 0;
  if (slot.order == 0) {
    state_->made.push_back(&slot);
    slot.order = static_cast<int>(state_->made.size());
  }
  slot.object.store(object, std::memory_order_release);
}

InstanceScope::Replacement InstanceScope::replace_any(Slot& slot, void* stand_in) {
  std::lock_guard lock(construction_lock().mutex);
  void* before = slot.object.exchange(stand_in, std::memory_order_acq_rel);
  slot.replaced = true;
  return Replacement(this, &slot, before);
}

InstanceScope::Replacement::~Replacement() {
  if (!scope_) return;
  std::lock_guard lock(construction_lock().mutex);
  slot_->object.store(before_, std::memory_order_release);
  slot_->replaced = false;
}

std::vector<Record> InstanceScope::records() const {
  std::vector<Record> out;
  std::vector<const Slot*> slots;
  {
    std::lock_guard lock(state_->mutex);
    for (const auto& slot : table_.slots()) slots.push_back(&slot);
  }
  std::lock_guard lock(construction_lock().mutex);
  std::stable_sort(slots.begin(), slots.end(), [](const Slot* a, const Slot* b) {
    return (a->order ? a->order : INT32_MAX) < (b->order ? b->order : INT32_MAX);
  });
  for (const Slot* slot : slots) {
    Record record;
    const auto full = label(*slot);
    record.name = slot->name;
    record.kind = full.substr(0, full.size() - slot->name.size() - 1);
    record.created = slot->object.load(std::memory_order_relaxed) != nullptr;
    record.replaced = slot->replaced;
    record.created_wall_ns = slot->created_wall_ns;
    record.creation_ns = slot->creation_ns;
    record.order = slot->order;
    record.depends_on = slot->depends_on;
    out.push_back(std::move(record));
  }
  return out;
}

void InstanceScope::close() {
  for (;;) {
    std::shared_ptr<void> dying;  // destroyed after the lock is let go: its destructor may use what is left
    std::lock_guard lock(construction_lock().mutex);
    state_->closed = true;
    if (state_->made.empty()) break;
    Slot& slot = *state_->made.back();
    state_->made.pop_back();
    slot.object.store(nullptr, std::memory_order_release);
    slot.order = 0;
    dying = std::move(slot.holder);
  }
  state_->retired.clear();
}

InstanceScope& process_scope() {
  static InstanceScope scope("process");
  return scope;
}

}  // namespace slipway::instance
