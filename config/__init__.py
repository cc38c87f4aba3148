"""Settings: the model of ``supervisor.toml``, its loader, presets of law and calendars."""

from __future__ import annotations

from config.calendars import CalendarSettings, build_all, calendar_from, china
from config.catalogue import CatalogueSettings
from config.checks import CheckSettings
from config.codes import CODES, Words
from config.daemon import Daemon, Sample
from config.directory import DepartmentSettings, PersonSettings, RegionSettings, TeamSettings
from config.facts import untold_needs
from config.faults import Fault, Faulty
from config.limits import LimitSettings
from config.loading import load
from config.notices import NoticeSettings
from config.people_lists import ListSettings
from config.policies import PolicySettings, StepSettings
from config.registry import Registry, installed
from config.settings import Settings
from config.sources import PartTable, Source, Table
from config.translation import faults_of

__all__ = [
    "CODES",
    "CalendarSettings",
    "CatalogueSettings",
    "CheckSettings",
    "Daemon",
    "DepartmentSettings",
    "Fault",
    "Faulty",
    "LimitSettings",
    "ListSettings",
    "NoticeSettings",
    "PartTable",
    "PersonSettings",
    "PolicySettings",
    "RegionSettings",
    "Registry",
    "Sample",
    "Settings",
    "Source",
    "StepSettings",
    "Table",
    "TeamSettings",
    "Words",
    "build_all",
    "calendar_from",
    "china",
    "faults_of",
    "installed",
    "load",
    "untold_needs",
]
