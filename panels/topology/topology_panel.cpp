#include "panels/topology/topology_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QSlider>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <cmath>
#include <set>

#include "panels/kit/cell_rows.h"
#include "panels/kit/chart_actions.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/topology/graph_view.h"
#include "panels/topology/node_rows.h"
#include "panels/topology/pick_inspector.h"
#include "panels/topology/topology_live.h"

namespace panels::topology {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::host::BalancedTarget;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

}  // namespace

TopologyPanel::TopologyPanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Topology"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(kit::gap::kM);
  head_ = new kit::Sheet;
  head_->set_title(tr("Topology"));
  auto* compare = kit::button(tr("Make a comparison"), QStringLiteral("compare"));
  connect(compare, &QPushButton::clicked, this, [this] { this->session()->open(QStringLiteral("compare")); });
  auto* copy = kit::icon_button(QStringLiteral("copy"), tr("Copy the graph as Mermaid"));
  connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(graph_->as_mermaid()); });
  reset_ = kit::button(tr("Reset all"), QStringLiteral("restart"));
  reset_->setToolTip(tr("Takes back weight, added latency and failures that were set for these instances"));
  connect(reset_, &QPushButton::clicked, this, [this] { reset_all(); });
  head_->add_tool(copy);
  head_->add_tool(reset_);
  head_->add_tool(compare);
  tabs_ = new kit::TabStrip(tr("Views of the topology"));
  tabs_->add(tr("Graph"));
  tabs_->add(tr("Balancer"));
  connect(tabs_, &kit::TabStrip::changed, this, [this](int i) { show_tab(i); });
  head_->body()->addWidget(tabs_);
  head_->body()->addWidget(kit::hairline());
  pages_ = new QStackedWidget;
  graph_ = new GraphView;
  graph_pages_ = new QStackedWidget;
  graph_pages_->addWidget(graph_);
  auto* none = new kit::EmptyState(QStringLiteral("topology"), tr("The graph grows from calls: nothing has called anything in the last seconds."));
  none->set_action(tr("Start a load"), [this] { this->session()->open(QStringLiteral("load")); });
  graph_pages_->addWidget(none);
  pages_->addWidget(graph_pages_);
  pages_->addWidget(build_balancer());
  head_->body()->addWidget(pages_, 1);
  all->addWidget(head_, 0);
  chart_sheet_ = new kit::Sheet(nullptr, kit::size::kSubHeader);
  chart_sheet_->set_title(tr("Last 60 s"));
  chart_sheet_->set_caption(tr("one time axis, crosshair shared"));
  auto* table = kit::button(tr("As table"), QStringLiteral("table"));
  connect(table, &QPushButton::clicked, this, [this] {
    QApplication::clipboard()->setText(charts_->as_table());
    this->session()->toast({tr("Copied as a table"), {}, {}});
  });
  auto* image = kit::button(tr("Copy image"), QStringLiteral("image"));
  connect(image, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setPixmap(charts_->grab()); });
  chart_sheet_->add_tool(table);
  chart_sheet_->add_tool(image);
  charts_ = new kit::plots::TimeStack;
  charts_->setAccessibleName(tr("Share of picks and latency over the last minute"));
  charts_->set_right_margin(150);
  chart_sheet_->body()->addWidget(charts_, 1);
  kit::add_chart_actions(charts_, [this] { return charts_->as_table(); });
  kit::add_chart_actions(graph_, [this] {
    QString out = tr("from\tto\trequests per second\terrors per second\n");
    for (const auto& e : this->session()->views().edges) out += QStringLiteral("%1\t%2\t%3\t%4\n").arg(text(e.from), text(e.to)).arg(e.requests_per_s).arg(e.errors_per_s);
    return out;
  });
  all->addWidget(chart_sheet_, 1);
  show_tab(0);
  setFocusProxy(tabs_);
  connect(graph_, &GraphView::chosen, this, [this](const QString& id) { this->session()->select({Selection::Kind::Service, id, {}}); });
  connect(graph_, &GraphView::activated, this, [this](const QString& id) { this->session()->open(QStringLiteral("services"), {Selection::Kind::Service, id, {}}); });
  connect(rows_, &NodeRows::chosen, this, [this](const QString& id) { this->session()->select({Selection::Kind::Node, id, target() ? text(target()->target) : QString()}); });
  connect(rows_, &NodeRows::changed, this, [this](const QString& node, const QString& what, const QString& value) { set_key(this->session(), key_of(node, what), value, {}); });
  connect(rows_, &NodeRows::health_changed, this, [this](const QString& node, bool on) { set_running(this->session(), node, on); });
}

QWidget* TopologyPanel::build_balancer() {
  balancer_pages_ = new QStackedWidget;
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* line = new QHBoxLayout;
  line->setContentsMargins(12, 8, 12, 8);
  line->setSpacing(10);
  targets_ = new QComboBox;
  targets_->setAccessibleName(tr("Balanced service"));
  line->addWidget(targets_);
  line->addWidget(kit::label(tr("Policy"), Type::Body, Token::Tx2));
  policies_ = new kit::Segments(tr("Balancer"));
  policy_names_ = {QStringLiteral("wrr"), QStringLiteral("p2c"), QStringLiteral("p2c_ewma"), QStringLiteral("round_robin"), QStringLiteral("random")};
  for (const QString& name : policy_names_) policies_->add(name);
  line->addWidget(policies_);
  switched_ = new kit::Tag({});
  switched_->hide();
  line->addWidget(switched_);
  line->addStretch(1);
  key_ = kit::label({}, Type::Caption, Token::Tx2);
  key_->setTextFormat(Qt::RichText);
  line->addWidget(key_);
  column->addLayout(line);
  column->addWidget(kit::hairline());
  rows_ = new NodeRows;
  column->addWidget(rows_);
  balancer_pages_->addWidget(page);
  auto* none = new kit::EmptyState(QStringLiteral("topology"), tr("No service with more than one instance is called yet."));
  none->set_sentence(tr("Nothing is balanced yet."), tr("A service with `instances: 2` or more, called by another one, shows its balancer here."));
  none->set_action(tr("Open Services"), [this] { session()->open(QStringLiteral("services")); });
  balancer_pages_->addWidget(none);
  connect(policies_, &kit::Segments::changed, this, [this](int i) {
    if (!loading_) choose_balancer(policy_names_[static_cast<std::size_t>(i)]);
  });
  connect(targets_, &QComboBox::currentIndexChanged, this, [this] {
    if (!loading_) show_balancer();
  });
  return balancer_pages_;
}

kit::PanelInfo TopologyPanel::info() const { return {QStringLiteral("topology"), tr("Topology"), QStringLiteral("topology"), kit::Group::Watch, QStringLiteral("7")}; }

std::vector<kit::Command> TopologyPanel::commands() {
  std::vector<kit::Command> all{{QStringLiteral("topology.graph"), tr("Show the graph of services"), QStringLiteral("topology"), {}, [this] { show_tab(0); }, {}, {}},
                                {QStringLiteral("topology.balancer"), tr("Show the balancer"), QStringLiteral("split"), QStringLiteral("Ctrl+B"), [this] { show_tab(1); }, {}, {}}};
  for (const QString& name : policy_names_)
    all.push_back({QStringLiteral("topology.use_%1").arg(name), tr("Balance by %1").arg(name), QStringLiteral("swap"), {}, [this, name] { choose_balancer(name); }, [this] { return target() != nullptr; }, {}});
  all.push_back({QStringLiteral("topology.reset"), tr("Reset weight, latency and failures of all instances"), QStringLiteral("restart"), {}, [this] { reset_all(); }, [this] { return !set_keys().isEmpty(); }, {}});
  all.push_back({QStringLiteral("topology.slow_one"), tr("Slow one instance down by 80 ms"), QStringLiteral("clock"), {}, [this] {
                   const auto* t = target();
                   if (!t || t->nodes.empty()) return;
                   const QString node = text(t->nodes.back().id), service = text(t->target);
                   set_added_latency(node, 80'000'000);
                   rows_->set_current(node);
                   session()->select({Selection::Kind::Node, node, service});
                 }, [this] { return target() && !target()->nodes.empty(); }, {}});
  return all;
}

const BalancedTarget* TopologyPanel::target() const {
  const auto& balanced = session()->views().balanced;
  const BalancedTarget* most = nullptr;
  for (const BalancedTarget& t : balanced) {
    if (targets_->currentIndex() >= 0 && targets_->currentData().toString() == text(t.client + "/" + t.target)) return &t;
    if (!most || t.nodes.size() > most->nodes.size()) most = &t;
  }
  return most;
}

QString TopologyPanel::balancer() const { return target() ? text(target()->balancer) : QString(); }

QString TopologyPanel::key_of(const QString& node, const QString& what) const {
  const QString service = target() ? text(target()->target) : QString();
  return QStringLiteral("%1%2.instance.%3").arg(service, node == service ? QString() : QLatin1Char('.') + node, what);
}

void TopologyPanel::choose_balancer(const QString& name) {
  if (const BalancedTarget* t = target(); t && text(t->balancer) != name) set_key(session(), text(t->balancer_key), name, tr("%1 now picks by %2").arg(text(t->client), name));
}

void TopologyPanel::set_added_latency(const QString& node, std::int64_t ns) { set_key(session(), key_of(node, QStringLiteral("added_latency")), latency_text(ns), {}); }

// The instances' own keys that something above the files sets: what the controls of the rows write.
QStringList TopologyPanel::set_keys() const {
  QStringList keys;
  const BalancedTarget* t = target();
  if (!t) return keys;
  for (const auto& n : t->nodes)
    for (const char* what : {"weight", "added_latency", "failure_percent"}) {
      const QString key = key_of(text(n.id), QString::fromLatin1(what));
      for (const auto& row : session()->views().config.rows)
        if (text(row.key) == key && row.layer == "overrides") keys << key;
    }
  return keys;
}

void TopologyPanel::reset_all() {
  const QStringList keys = set_keys();
  if (!keys.isEmpty()) unset_keys(session(), keys);
}

void TopologyPanel::show_example() {
  show_tab(1);
  if (target()) session()->select({Selection::Kind::Node, rows_->current(), text(target()->target)});
}

void TopologyPanel::show_tab(int tab) {
  if (tabs_->current() != tab) tabs_->set_current(tab);
  pages_->setCurrentIndex(tab);
  chart_sheet_->setVisible(tab == 1);
  static_cast<QVBoxLayout*>(layout())->setStretchFactor(head_, tab == 0 ? 1 : 0);
  pages_->setSizePolicy(QSizePolicy::Preferred, tab == 0 ? QSizePolicy::Expanding : QSizePolicy::Maximum);
  graph_pages_->setSizePolicy(QSizePolicy::Preferred, tab == 0 ? QSizePolicy::Expanding : QSizePolicy::Ignored);
  balancer_pages_->setSizePolicy(QSizePolicy::Preferred, tab == 1 ? QSizePolicy::Preferred : QSizePolicy::Ignored);
  reset_->setVisible(tab == 1 && target());
  watch(tab == 1 && isVisible());
}

void TopologyPanel::watch(bool on) {
  if (on == watching_ || !session()) return;
  watching_ = on;
  kit::Interest wanted = session()->interest();
  wanted.balancer = on;
  session()->set_interest(wanted);
  if (session()->is_live()) watch_decisions(session(), on);
}

void TopologyPanel::hideEvent(QHideEvent* event) {
  watch(false);
  Panel::hideEvent(event);
}

void TopologyPanel::refresh() {
  watch(tabs_->current() == 1);
  loading_ = true;
  QStringList ids, now;
  for (const auto& t : session()->views().balanced) ids << text(t.client + "/" + t.target);
  for (int i = 0; i < targets_->count(); ++i) now << targets_->itemData(i).toString();
  if (ids != now) {
    const BalancedTarget* keep = target();
    const QString chosen = keep ? text(keep->client + "/" + keep->target) : QString();
    targets_->clear();
    for (const auto& t : session()->views().balanced) targets_->addItem(tr("%1, called by %2").arg(text(t.target), text(t.client)), text(t.client + "/" + t.target));
    targets_->setCurrentIndex(std::max(0, targets_->findData(chosen)));
  }
  targets_->setVisible(targets_->count() > 1);
  loading_ = false;
  show_graph();
  show_balancer();
}

void TopologyPanel::show_graph() {
  const auto& views = session()->views();
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
  std::set<QString> known;
  const auto add = [&](const std::string& name) {
    const QString id = text(name);
    if (!known.insert(id).second) return;
    GraphNode n;
    n.id = id;
    n.service = id.section(QLatin1Char('-'), 0, 0);
    for (const auto& row : views.services) {
      if (row.instance != name && row.service != name) continue;
      n.service = text(row.service);
      n.failed = row.state == workbench::host::ServiceState::Failed;
      n.stopped = row.state == workbench::host::ServiceState::Stopped;
      n.note = n.failed ? tr("failed") : n.stopped ? tr("stopped") : tr("%1 /s, p99 %2").arg(kit::plots::short_number(std::round(row.rate.requests_per_s)), kit::plots::duration_text(static_cast<double>(row.rate.p99_ns)));
      break;
    }
    nodes.push_back(n);
  };
  for (const auto& e : views.edges) {
    add(e.from), add(e.to);
    edges.push_back({text(e.from), text(e.to), e.requests_per_s, e.errors_per_s});
  }
  graph_pages_->setCurrentIndex(nodes.empty() ? 1 : 0);
  graph_->set_graph(std::move(nodes), std::move(edges));
}

void TopologyPanel::show_balancer() {
  const BalancedTarget* t = target();
  balancer_pages_->setCurrentIndex(t ? 0 : 1);
  head_->set_caption(t ? tr("%1, %2 instances, called by %3").arg(text(t->target)).arg(t->nodes.size()).arg(text(t->client)) : tr("%1 calls between services").arg(session()->views().edges.size()));
  chart_sheet_->setVisible(tabs_->current() == 1 && t);
  reset_->setVisible(tabs_->current() == 1 && t);
  reset_->setEnabled(!set_keys().isEmpty());
  if (!t) return;
  loading_ = true;
  for (std::size_t i = 0; i < policy_names_.size(); ++i)
    if (policy_names_[i] == text(t->balancer)) policies_->set_current(static_cast<int>(i));
  loading_ = false;
  key_->setText(tr("Sets <span style='font-family:JetBrains Mono'>%1</span>").arg(text(t->balancer_key).toHtmlEscaped()));
  switched_->hide();
  for (const auto& change : session()->views().history) {
    if (change.key != t->balancer_key || session()->now_ns() - change.wall_ns > 60'000'000'000LL) continue;
    kit::TagSpec tag;
    tag.text = tr("switched %1, applied %2").arg(QDateTime::fromMSecsSinceEpoch(change.wall_ns / 1'000'000).toString(QStringLiteral("HH:mm:ss")), kit::plots::duration_text(static_cast<double>(change.applied_ns)));
    tag.token = Token::Ok, tag.tinted = true, tag.icon = QStringLiteral("check");
    switched_->set(tag);
    switched_->show();
    break;
  }
  rows_->set_nodes(t->nodes);
  if (rows_->current().isEmpty() && !t->nodes.empty()) {
    const auto odd = std::max_element(t->nodes.begin(), t->nodes.end(), [](const auto& a, const auto& b) { return a.added_latency_ns < b.added_latency_ns; });
    rows_->set_current(text(odd->id));
  }
  show_charts();
}

void TopologyPanel::show_charts() {
  const BalancedTarget* t = target();
  if (!t) return;
  const auto& style = kit::plots::current_style();
  kit::plots::TimeStackData data;
  data.from_s = 0, data.to_s = 60, data.step_s = 1;
  data.wall_ns = session()->now_ns() - 60'000'000'000LL;
  // The odd one at the bottom, where its share is read from zero.
  std::vector<const workbench::host::BalancedNode*> order;
  for (const auto& n : t->nodes) order.push_back(&n);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->added_latency_ns > b->added_latency_ns; });
  kit::plots::TimeLane share;
  share.kind = kit::plots::TimeLane::Kind::Stacked;
  share.title = tr("Share of picks, %");
  share.stretch = 5;
  share.top = 100;
  double guide = 0;
  const std::size_t count = order.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& n = *order[i];
    kit::plots::TimeSeries s;
    s.name = text(n.id);
    const std::size_t missing = n.share_history.size() < 60 ? 60 - n.share_history.size() : 0;
    s.values.assign(missing, std::nan(""));
    for (const float v : n.share_history) s.values.push_back(v * 100);
    s.ink = n.added_latency_ns > 0 ? kit::plots::blend(style.series[1], style.bg1, 0.86) : kit::plots::blend(style.series[0], style.bg1, 0.3 + 0.3 * static_cast<double>(i) / std::max<std::size_t>(1, count));
    s.label = kit::plots::percent_text(n.share);
    share.series.push_back(s);
    guide += n.expected_share * 100;
    if (i + 1 < count) share.guides.push_back(guide);
  }
  data.lanes.push_back(share);
  kit::plots::TimeLane latency;
  latency.title = tr("Latency of %1, ms").arg(text(t->target));
  latency.stretch = 3;
  std::vector<double> worst, best;
  for (const auto& row : session()->views().services) {
    if (row.service != t->target) continue;
    const auto& h = row.rate.p99_history_ms;
    worst.resize(60, 0), best.resize(60, 0);
    for (std::size_t i = 0; i < h.size() && i < 60; ++i) {
      const std::size_t at = 60 - std::min<std::size_t>(60, h.size()) + i;
      worst[at] = std::max<double>(worst[at], h[i]);
      best[at] = best[at] == 0 ? h[i] : std::min<double>(best[at], h[i]);
    }
  }
  if (!worst.empty()) {
    latency.series.push_back({tr("p99 of the slowest instance"), worst, style.percentiles[2], false, false, tr("slowest p99  %1 ms").arg(worst.back(), 0, 'f', 2)});
    latency.series.push_back({tr("p99 of the quickest instance"), best, style.percentiles[1], false, false, tr("quickest p99  %1 ms").arg(best.back(), 0, 'f', 2)});
  }
  data.lanes.push_back(latency);
  for (const auto& change : session()->views().history) {
    const double at = static_cast<double>(change.wall_ns - data.wall_ns) / 1e9;
    if (at < 0 || at > 60) continue;
    if (change.key == t->balancer_key) data.marks.push_back({at, tr("%1 to %2").arg(text(change.before), text(change.after))});
    else if (text(change.key).contains(QStringLiteral(".instance."))) data.marks.push_back({at, QStringLiteral("%1 %2").arg(text(change.key).section(QLatin1Char('.'), 1, 1), text(change.after))});
  }
  charts_->set_data(std::move(data));
}

QWidget* TopologyPanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (tabs_->current() == 1 && (selection.kind == Selection::Kind::Node || selection.kind == Selection::Kind::None)) return target() ? make_pick_inspector(session(), *target(), parent) : nullptr;
  if (selection.kind == Selection::Kind::Node) return target() ? make_pick_inspector(session(), *target(), parent) : nullptr;
  if (selection.kind != Selection::Kind::Service) return nullptr;
  auto* view = new kit::InspectorView(QStringLiteral("server"), tr("Service in the graph"), selection.id, parent);
  view->add_section(tr("Calls it takes"));
  for (const auto& e : session()->views().edges)
    if (text(e.to) == selection.id) view->add_row(text(e.from), tr("%1 /s").arg(kit::plots::short_number(std::round(e.requests_per_s))));
  view->add_section(tr("Calls it makes"));
  for (const auto& e : session()->views().edges)
    if (text(e.from) == selection.id) view->add_row(text(e.to), tr("%1 /s").arg(kit::plots::short_number(std::round(e.requests_per_s))), e.errors_per_s > 0 ? Token::Err : Token::Tx);
  auto* traces = kit::button(tr("Its traces"), QStringLiteral("trace"));
  connect(traces, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session()), id = selection.id] {
    if (session) session->open(QStringLiteral("traces"), {Selection::Kind::Service, id, {}});
  });
  view->add_action(traces);
  return view;
}

void TopologyPanel::reveal(const Selection& selection) {
  if (selection.kind == Selection::Kind::Node) {
    show_tab(1);
    rows_->set_current(selection.id);
  }
  if (selection.kind == Selection::Kind::Service) {
    show_tab(0);
    graph_->set_current(selection.id);
  }
}

QVariantMap TopologyPanel::save_state() const { return {{QStringLiteral("tab"), tabs_->current()}}; }
void TopologyPanel::restore_state(const QVariantMap& state) { show_tab(std::clamp(state.value(QStringLiteral("tab")).toInt(), 0, 1)); }

}  // namespace panels::topology
