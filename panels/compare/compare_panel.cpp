#include "panels/compare/compare_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QGridLayout>
#include <QMenu>
#include <QProgressBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "panels/compare/compare_live.h"
#include "panels/compare/report_words.h"
#include "panels/kit/cell_rows.h"
#include "panels/kit/chart_actions.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/icons.h"
#include "panels/kit/widgets.h"

namespace panels::compare {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::compare::Report;
using workbench::compare::Section;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

Token outcome_token(const Section& s) {
  switch (s.outcome) {
    case Section::Outcome::BBetter: return Token::Ok;
    case Section::Outcome::BWorse: return Token::Err;
    case Section::Outcome::NoDifference: return Token::Tx2;
    case Section::Outcome::Undecided:
    case Section::Outcome::NotSteady: return Token::Warn;
  }
  return Token::Tx2;
}

QFrame* upright_line() {
  auto* bar = new QFrame;
  bar->setFrameShape(QFrame::VLine);
  bar->setProperty("hairline", true);
  bar->setFixedWidth(1);
  return bar;
}

}  // namespace

ComparePanel::ComparePanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Compare"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(kit::gap::kM);
  head_ = new kit::Sheet;
  head_->set_title(tr("Compare"));
  kind_ = new kit::Tag({});
  kind_->hide();
  head_->header_layout()->insertWidget(2, kind_);
  legend_ = kit::label({}, Type::Caption, Token::Tx2);
  legend_->setTextFormat(Qt::RichText);
  head_->add_tool(legend_);
  choice_ = new QComboBox;
  choice_->setAccessibleName(tr("What is compared"));
  choice_->setMinimumWidth(180);
  head_->add_tool(choice_);
  runs_ = new QSpinBox;
  runs_->setAccessibleName(tr("Repetitions of each side"));
  runs_->setRange(0, 200);
  runs_->setSpecialValueText(tr("runs: default"));
  runs_->setSuffix(tr(" runs"));
  runs_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  runs_->setFixedWidth(104);
  head_->add_tool(runs_);
  auto* report = kit::button(tr("Report"), QStringLiteral("download"));
  auto* menu = new QMenu(report);
  const QStringList forms{tr("Copy the sentence"), tr("Copy as JSON"), tr("Copy as Google Benchmark JSON, A"), tr("Copy as Google Benchmark JSON, B"), tr("Copy as one-file HTML"), tr("Copy every metric as a table"), tr("Copy the charts as an image")};
  for (int i = 0; i < forms.size(); ++i) menu->addAction(forms[i], this, [this, i] { copy_report(i); });
  report->setMenu(menu);
  head_->add_tool(report);
  run_ = kit::primary_button(tr("Run"), QStringLiteral("play"));
  connect(run_, &QPushButton::clicked, this, [this] { run_or_cancel(); });
  head_->add_tool(run_);
  banner_ = new kit::Banner;
  head_->body()->addWidget(banner_);
  progress_ = new QWidget;
  auto* progress = new QHBoxLayout(progress_);
  progress->setContentsMargins(12, 8, 12, 8);
  progress->setSpacing(12);
  bar_ = new QProgressBar;
  bar_->setAccessibleName(tr("Progress of the comparison"));
  bar_->setTextVisible(false);
  bar_->setFixedHeight(6);
  bar_->setMaximumWidth(320);
  doing_ = kit::label({}, Type::Caption, Token::Tx2);
  progress->addWidget(bar_);
  progress->addWidget(doing_, 1);
  head_->body()->addWidget(progress_);
  progress_->hide();
  // The verdict: a coloured edge, the sentence, then what carries it.
  auto* sentence = new QHBoxLayout;
  sentence->setContentsMargins(0, 0, 12, 0);
  sentence->setSpacing(16);
  edge_ = new QFrame;
  edge_->setFixedWidth(3);
  auto* words = new QVBoxLayout;
  words->setContentsMargins(0, 14, 0, 14);
  words->setSpacing(6);
  verdict_ = kit::label({}, Type::Verdict);
  verdict_->setWordWrap(true);
  verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  verdict_->setAccessibleName(tr("Verdict"));
  line_ = kit::label({}, Type::Body, Token::Tx2);
  line_->setTextFormat(Qt::RichText);
  line_->setWordWrap(true);
  theory_ = kit::label({}, Type::Body, Token::Tx2);
  theory_->setWordWrap(true);
  words->addWidget(verdict_);
  words->addWidget(line_);
  words->addWidget(theory_);
  sentence->addWidget(edge_);
  sentence->addLayout(words, 1);
  verdict_sheet_ = nullptr;
  auto* verdict_box = new QWidget;
  verdict_box->setLayout(sentence);
  verdict_box->setObjectName(QStringLiteral("verdict"));
  head_->body()->addWidget(verdict_box);
  all->addWidget(head_);
  pages_ = new QStackedWidget;
  auto* shown = new QWidget;
  auto* column = new QVBoxLayout(shown);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kit::gap::kM);
  column->addWidget(build_evidence(), 2);
  column->addWidget(build_trust(), 1);
  pages_->addWidget(shown);
  auto* first = new kit::Sheet;
  first->set_header_visible(false);
  auto* empty = new kit::EmptyState(QStringLiteral("compare"), tr("A comparison has exactly one difference."));
  empty->set_sentence(tr("A comparison has exactly one difference."), tr("Both sides run interleaved; what A against A moves is the noise that a difference must exceed."));
  empty->set_action(tr("Run p2c against wrr"), [this] {
    choose(QStringLiteral("p2c-vs-wrr"));
    run_or_cancel();
  });
  first->body()->addWidget(empty);
  pages_->addWidget(first);
  all->addWidget(pages_, 1);
  setFocusProxy(choice_);
  ticking_ = new QTimer(this);
  ticking_->setInterval(100);
  connect(ticking_, &QTimer::timeout, this, [this] { show_progress(); });
}

QWidget* ComparePanel::build_evidence() {
  evidence_ = new kit::Sheet;
  evidence_->set_header_visible(false);
  auto* line = new QHBoxLayout;
  line->setSpacing(0);
  dots_ = new kit::plots::DotPlot;
  spectrum_ = new kit::plots::SpectrumPlot;
  line->addWidget(dots_, 37);
  line->addWidget(upright_line());
  line->addWidget(spectrum_, 63);
  evidence_->body()->addLayout(line, 1);
  kit::add_chart_actions(dots_, [this] { return dots_->as_table(); });
  kit::add_chart_actions(spectrum_, [this] { return spectrum_->as_table(); });
  connect(dots_, &kit::plots::DotPlot::groupChosen, this, [this](int group) {
    if (group < static_cast<int>(dot_sections_.size())) session()->select({Selection::Kind::Section, QString::number(dot_sections_[static_cast<std::size_t>(group)]), {}});
  });
  return evidence_;
}

QWidget* ComparePanel::build_trust() {
  trust_ = new kit::Sheet;
  trust_->set_header_visible(false);
  auto* line = new QHBoxLayout;
  line->setSpacing(0);
  auto* left = new QWidget;
  auto* lc = new QVBoxLayout(left);
  lc->setContentsMargins(0, 0, 0, 0);
  lc->setSpacing(0);
  parts_ = new kit::TabStrip(tr("Figures of the comparison"));
  parts_->add(tr("Share"));
  parts_->add(tr("Every metric"));
  lc->addWidget(parts_);
  lc->addWidget(kit::hairline());
  part_pages_ = new QStackedWidget;
  share_ = new kit::plots::ShareBars;
  kit::add_chart_actions(share_, [this] { return share_->as_table(); });
  section_rows_ = new kit::CellRows({{tr("Metric"), 0}, {tr("A"), 72, Qt::AlignRight}, {tr("B"), 72, Qt::AlignRight}, {tr("B to A"), 84, Qt::AlignRight}}, this);
  sections_ = new kit::TableView(tr("Every metric"), kit::size::kRow);
  sections_->setModel(section_rows_);
  part_pages_->addWidget(share_);
  part_pages_->addWidget(sections_);
  lc->addWidget(part_pages_, 1);
  connect(parts_, &kit::TabStrip::changed, part_pages_, &QStackedWidget::setCurrentIndex);
  connect(sections_, &kit::TableView::key_selected, this, [this](const QString& key) {
    if (key.toUInt() == section_ || !shown_) return;
    section_ = key.toUInt();
    show_section();
    session()->select({Selection::Kind::Section, key, {}});
  });
  auto* right = new QWidget;
  auto* rc = new QVBoxLayout(right);
  rc->setContentsMargins(12, 10, 12, 10);
  rc->addWidget(kit::label(tr("Can this be trusted?"), Type::Caption));
  trust_grid_ = new QGridLayout;
  trust_grid_->setHorizontalSpacing(24);
  trust_grid_->setVerticalSpacing(6);
  rc->addLayout(trust_grid_);
  rc->addStretch(1);
  line->addWidget(left, 37);
  line->addWidget(upright_line());
  line->addWidget(right, 63);
  trust_->body()->addLayout(line, 1);
  return trust_;
}

kit::PanelInfo ComparePanel::info() const { return {QStringLiteral("compare"), tr("Compare"), QStringLiteral("compare"), kit::Group::Prove, QStringLiteral("0")}; }

std::vector<kit::Command> ComparePanel::commands() {
  std::vector<kit::Command> all{{QStringLiteral("compare.run"), tr("Run the comparison, or cancel it"), QStringLiteral("play"), QStringLiteral("Ctrl+Return"), [this] { run_or_cancel(); }, {}, {}},
                                {QStringLiteral("compare.copy"), tr("Copy the verdict"), QStringLiteral("copy"), {}, [this] { copy_report(0); }, [this] { return shown_.has_value(); }, {}}};
  all.push_back({QStringLiteral("compare.taste"), tr("Compare p2c and wrr, simulated, in seconds"), QStringLiteral("compare"), {}, [this] {
                   choose(QStringLiteral("p2c-vs-wrr"));
                   set_runs(8);
                   set_short(20'000, QStringLiteral("simulated"));
                   run_or_cancel();
                 }, [this] { return !is_running(); }, tr("a first look, 8 runs of 20 000 jobs")});
  for (const Choice& c : choices({}))
    all.push_back({QStringLiteral("compare.preset.%1").arg(c.kind.isEmpty() ? c.name : c.name + QLatin1Char('.') + c.kind), tr("Compare: %1").arg(c.title), QStringLiteral("compare"), {}, [this, title = c.title] {
                     choose(title);
                     if (!is_running()) run_or_cancel();
                   }, {}, c.description});
  return all;
}

void ComparePanel::refresh() {
  const auto all = choices(text(session()->views().folder));
  if (choice_->count() != static_cast<int>(all.size())) {
    const QString chosen = choice_->currentText();
    choice_->clear();
    for (const Choice& c : all) {
      choice_->addItem(c.title, c.name);
      choice_->setItemData(choice_->count() - 1, c.description, Qt::ToolTipRole);
      choice_->setItemData(choice_->count() - 1, c.is_file, Qt::UserRole + 1);
      choice_->setItemData(choice_->count() - 1, c.kind, Qt::UserRole + 2);
    }
    if (!chosen.isEmpty()) choose(chosen);
  }
  if (!shown_ && !kept().empty()) show_report(kept().front());
  pages_->setCurrentIndex(shown_ ? 0 : 1);
  findChild<QWidget*>(QStringLiteral("verdict"))->setVisible(shown_.has_value());
}

std::vector<Report> ComparePanel::kept() const {
  std::vector<Report> all = own_;
  all.insert(all.end(), session()->views().reports.begin(), session()->views().reports.end());
  return all;
}

void ComparePanel::choose(const QString& name) {
  if (choice_->count() == 0) refresh();
  for (int i = 0; i < choice_->count(); ++i)
    if (choice_->itemData(i).toString() == name || choice_->itemText(i) == name) return choice_->setCurrentIndex(i);
}

void ComparePanel::set_runs(int runs) { runs_->setValue(runs); }

void ComparePanel::set_short(std::uint64_t jobs, const QString& kind) {
  short_jobs_ = jobs;
  short_kind_ = kind;
}

void ComparePanel::run_or_cancel() {
  if (task_ != 0) {
    session()->cancel_task(task_);
    doing_->setText(tr("Stopping after this run"));
    run_->setEnabled(false);
    return;
  }
  if (choice_->currentIndex() < 0) refresh();
  if (choice_->currentIndex() < 0) return;
  const Choice choice{choice_->currentData().toString(), choice_->currentText(), {}, choice_->currentData(Qt::UserRole + 1).toBool(), choice_->currentData(Qt::UserRole + 2).toString()};
  banner_->clear();
  const Effort effort{runs_->value(), short_jobs_, short_kind_};
  set_short(0, {});
  task_ = run_comparison(session(), choice, effort, [self = QPointer<ComparePanel>(this)](slipway::Result<std::vector<Report>> result) {
    if (!self) return;
    self->task_ = 0;
    self->ticking_->stop();
    self->run_->setEnabled(true);
    if (result.ok() && !result->empty()) {
      self->session()->note_comparison();
      for (auto r = result->rbegin(); r != result->rend(); ++r) self->own_.insert(self->own_.begin(), *r);
      self->show_report(self->own_.front());
    } else if (!result.ok()) {
      self->banner_->show_error(text(result.error().to_string()), tr("Retry"), [self] { self->run_or_cancel(); });
    }
    self->show_progress();
    self->refresh();
    if (result.ok() && self->isVisible()) self->session()->select({Selection::Kind::Section, QString::number(self->section_), {}});
    Q_EMIT self->finished(result.ok());
  });
  ticking_->start();
  show_progress();
}

void ComparePanel::show_progress() {
  const bool on = task_ != 0;
  progress_->setVisible(on);
  run_->setText(on ? tr("Cancel") : shown_ ? tr("Run again") : tr("Run"));
  run_->setIcon(kit::icon(on ? QStringLiteral("stop") : QStringLiteral("play"), Token::OnAcc));
  choice_->setEnabled(!on);
  runs_->setEnabled(!on);
  for (const kit::Task& t : session()->tasks()) {
    if (t.id != task_ || !t.control) continue;
    const double done = t.control->progress();
    bar_->setRange(0, done < 0 ? 0 : 1000);
    if (done >= 0) bar_->setValue(static_cast<int>(done * 1000));
    if (run_->isEnabled()) doing_->setText(text(t.control->note()));
  }
}

QString ComparePanel::verdict() const { return verdict_->text(); }

void ComparePanel::show_report(const Report& report, std::size_t section) {
  shown_ = report;
  section_ = std::min(section, report.sections.empty() ? 0 : report.sections.size() - 1);
  pages_->setCurrentIndex(0);
  findChild<QWidget*>(QStringLiteral("verdict"))->show();
  head_->set_caption(text(report.scenario));
  kit::TagSpec tag;
  tag.text = report.partial() ? tr("%1, stopped early").arg(text(report.kind)) : text(report.kind);
  kind_->set(tag);
  kind_->setVisible(!report.kind.empty());
  std::vector<kit::CellRow> rows;
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    const Section& s = report.sections[i];
    const ValueUnit unit = unit_of(s);
    kit::Cell name = kit::Cell::plain(text(s.metric) + QStringLiteral(", ") + unit.name);
    const bool several = s.b.name != report.sections.front().b.name || s.b.name != report.sections.back().b.name;
    name.note = report.sections.size() > 1 ? (several ? text(s.b.name) + QStringLiteral(", ") + text(s.title) : text(s.title)) : QString();
    name.tooltip = text(s.verdict);
    rows.push_back({QString::number(i), {name, kit::Cell::number(value_text(s.a.median, unit), s.a.median, Token::Tx2), kit::Cell::number(value_text(s.b.median, unit), s.b.median), kit::Cell::number(change_text(s), s.ratio, outcome_token(s))}, {}});
  }
  section_rows_->set_rows(std::move(rows));
  parts_->set_count(1, QString::number(report.sections.size()));
  show_section();
  show_progress();
}

void ComparePanel::show_section() {
  if (!shown_ || shown_->sections.empty()) {
    verdict_->setText(shown_ ? text(shown_->verdict) : QString());
    return;
  }
  const Section& s = shown_->sections[section_];
  const QString unsteady = unsteady_line(*shown_, s);
  verdict_->setText(unsteady.isEmpty() ? text(s.verdict.empty() ? shown_->verdict : s.verdict) : tr("Not steady: the longer it runs, the worse it gets, so no figure of it can be compared."));
  line_->setText(unsteady.isEmpty() ? evidence_line(s) : unsteady.toHtmlEscaped() + tr(". Lower the load or give it more instances, then run again."));
  theory_->setText(theory_line(s));
  theory_->setVisible(!theory_->text().isEmpty());
  const QColor edge = kit::theme().color(unsteady.isEmpty() ? outcome_token(s) : Token::Warn);
  edge_->setStyleSheet(QStringLiteral("background:%1; border:none;").arg(edge.name()));
  const auto& style = kit::plots::current_style();
  legend_->setText(QStringLiteral("<span style='color:%1'>■</span> A %2 &nbsp; <span style='color:%3'>■</span> B %4").arg(style.series[1].name(), text(s.a.name), style.series[0].name(), text(s.b.name)));
  dots_->set_groups(dot_groups(*shown_, section_, style, dot_sections_));
  dots_->set_current(0);
  spectrum_->set_data(spectrum_data(s, style));
  auto shares = share_rows(s);
  parts_->set_current(shares.empty() ? 1 : parts_->current());
  part_pages_->setCurrentIndex(parts_->current());
  share_->set_rows(std::move(shares), tr("Share of requests by instance, %"), s.a.share.empty() ? tr("This comparison has no instances.") : QString());
  sections_->select_key(QString::number(section_));
  show_trust();
}

void ComparePanel::show_trust() {
  while (QLayoutItem* item = trust_grid_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  const Section& s = shown_->sections[section_];
  struct Item {
    QString icon, name, value, words;
    Token token;
  };
  std::vector<Item> items{{QStringLiteral("compare"), tr("A/A noise floor"), kit::plots::percent_text(s.noise_floor), tr("%1 against itself, drawn as the grey band").arg(text(s.a.name)), s.noise_floor < 0.1 ? Token::Ok : Token::Warn},
                          {QStringLiteral("check"), tr("Order"), QStringLiteral("ABBA"), tr("%1 + %2 interleaved runs").arg(s.a.runs.size()).arg(s.b.runs.size()), Token::Ok}};
  for (const std::string& doubt : shown_->doubts) items.push_back({QStringLiteral("warning"), tr("Doubt"), {}, text(doubt), Token::Warn});
  static const QStringList skip{QStringLiteral("repetitions")};
  for (const auto& [name, value] : shown_->environment)
    if (!skip.contains(text(name))) items.push_back({QStringLiteral("info"), text(name), text(value), {}, Token::Tx2});
  const int rows = 4;
  for (std::size_t i = 0; i < items.size() && i < 2 * rows; ++i) {
    auto* cell = new QWidget;
    auto* line = new QHBoxLayout(cell);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    line->addWidget(new kit::IconLabel(items[i].icon, items[i].token), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(kit::label(items[i].name, Type::Body));
    auto* value = kit::label(QFontMetrics(kit::theme().font(Type::Mono)).elidedText(items[i].value, Qt::ElideRight, 190), Type::Mono);
    value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    value->setToolTip(items[i].value);
    head->addWidget(value, 1);
    words->addLayout(head);
    if (!items[i].words.isEmpty()) {
      auto* note = kit::label(items[i].words, Type::Caption, Token::Tx2);
      note->setWordWrap(true);
      words->addWidget(note);
    }
    line->addLayout(words, 1);
    trust_grid_->addWidget(cell, static_cast<int>(i) % rows, static_cast<int>(i) / rows, Qt::AlignTop);
  }
  trust_grid_->setColumnStretch(0, 1);
  trust_grid_->setColumnStretch(1, 1);
}

void ComparePanel::copy_report(int form) {
  if (!shown_) return;
  QClipboard* clipboard = QApplication::clipboard();
  switch (form) {
    case 0: clipboard->setText(verdict_->text()); break;
    case 1: clipboard->setText(text(shown_->to_json())); break;
    case 2: clipboard->setText(google_json_of(*shown_, 'a')); break;
    case 3: clipboard->setText(google_json_of(*shown_, 'b')); break;
    case 4: clipboard->setText(html_of(*shown_)); break;
    case 5: clipboard->setText(sections_->as_tsv()); break;
    default: clipboard->setPixmap(evidence_->grab()); break;
  }
  session()->toast({tr("Copied"), {}, {}});
}

QWidget* ComparePanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (!shown_ || shown_->sections.empty() || (selection.kind != Selection::Kind::Section && selection.kind != Selection::Kind::None)) return nullptr;
  const Section& s = shown_->sections[section_];
  auto* view = new kit::InspectorView(QStringLiteral("compare"), tr("Scenario"), text(shown_->scenario), parent);
  view->add_section(tr("The one difference"));
  view->add_row(QStringLiteral("A"), text(s.a.name));
  view->add_row(QStringLiteral("B"), text(s.b.name));
  view->add_section(tr("Situation"));
  view->add_row(tr("Kind"), text(shown_->kind));
  view->add_text(text(s.title));
  for (std::size_t i = 0; i < shown_->environment.size() && i < 3; ++i) view->add_row(text(shown_->environment[i].first), text(shown_->environment[i].second));
  view->add_section(tr("Every metric, median"), tr("B to A"));
  for (const Section& each : shown_->sections) view->add_row(shown_->sections.size() > 4 && each.title != s.title ? text(each.title) : text(each.metric), change_text(each), outcome_token(each));
  const auto reports = kept();
  view->add_section(tr("Kept comparisons"));
  for (std::size_t i = 0; i < reports.size() && i < 8; ++i)
    view->add_link(text(reports[i].scenario).left(22), reports[i].sections.empty() ? tr("open") : change_text(reports[i].sections.front()), [self = QPointer<ComparePanel>(this), report = reports[i]] {
      if (!self) return;
      self->show_report(report);
      self->session()->select({Selection::Kind::Section, text(report.scenario), text(report.kind)});
    });
  auto* run = kit::button(tr("Open Load"), QStringLiteral("gauge"));
  connect(run, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session())] {
    if (session) session->open(QStringLiteral("load"));
  });
  view->add_action(run);
  return view;
}

void ComparePanel::show_example() {
  if (shown_) session()->select({Selection::Kind::Section, QString::number(section_), {}});
}

void ComparePanel::reveal(const Selection& selection) {
  if (selection.kind != Selection::Kind::Section) return;
  refresh();
  for (const Report& r : kept())
    if (text(r.scenario) == selection.id) return show_report(r);
  choose(selection.id);
}

QVariantMap ComparePanel::save_state() const { return {{QStringLiteral("choice"), choice_->currentText()}, {QStringLiteral("runs"), runs_->value()}, {QStringLiteral("part"), parts_->current()}}; }

void ComparePanel::restore_state(const QVariantMap& state) {
  if (state.isEmpty()) return;
  choose(state.value(QStringLiteral("choice")).toString());
  runs_->setValue(state.value(QStringLiteral("runs")).toInt());
  parts_->set_current(std::clamp(state.value(QStringLiteral("part")).toInt(), 0, 1));
  part_pages_->setCurrentIndex(parts_->current());
}

}  // namespace panels::compare
