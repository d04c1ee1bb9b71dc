"""The package around QTI items as Canvas wants it: a zip of manifest, the quiz's settings and the assessment."""

import hashlib
import io
import xml.etree.ElementTree as ElementTree
import zipfile
from xml.etree.ElementTree import Element, SubElement

from poolschool.quiz.paper import Paper

CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_WHEN = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: the same paper gives the same bytes


def qti_zip(paper: Paper, ident: str, assessment: bytes) -> bytes:
    """Pack an assessment with its manifest and settings."""
    files = {
        "imsmanifest.xml": _manifest(ident),
        f"{ident}/assessment_meta.xml": _meta(paper, ident),
        f"{ident}/{ident}.xml": assessment,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def identifier(name: str, kind: str) -> str:
    """Derive an identifier from an id of ours: always the same one, and a letter first as XML wants it."""
    return f"p{hashlib.sha256(f'poolschool {kind} {name}'.encode()).hexdigest()[:31]}"


def xml_bytes(root: Element) -> bytes:
    """Write XML, indented."""
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _meta(paper: Paper, ident: str) -> bytes:
    """Write the quiz's settings; Canvas fills in what is not there."""
    root = Element("quiz", identifier=ident, xmlns=CANVAS)
    for name, value in {
        "title": paper.title,
        "description": "",
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment",
        "points_possible": f"{paper.points:g}",
        "allowed_attempts": "1",
    }.items():
        SubElement(root, name).text = value
    return xml_bytes(root)


def _manifest(ident: str) -> bytes:
    root = Element("manifest", identifier=identifier(ident, "manifest"), xmlns=MANIFEST)
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    meta, depends = f"{ident}/assessment_meta.xml", identifier(ident, "meta")
    resource = SubElement(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
    SubElement(resource, "file", href=f"{ident}/{ident}.xml")
    SubElement(resource, "dependency", identifierref=depends)
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    SubElement(SubElement(resources, "resource", identifier=depends, type=kind, href=meta), "file", href=meta)
    return xml_bytes(root)
