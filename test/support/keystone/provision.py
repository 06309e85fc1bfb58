"""Creates the users that the identity tests log in as, and prints how to reach them as JSON on one line."""
import json
import sys

from keystoneauth1 import session
from keystoneauth1.identity import v3

url = sys.argv[1]


def login(username, password, project):
    return {
        'username': username,
        'password': password,
        'projectName': project,
        'userDomainName': 'Default',
        'projectDomainName': 'Default',
    }


admin = login('admin', 'admin-secret', 'admin')
member = login('member', 'member-secret', 'members')
service = login('glance', 'service-secret', 'service')

keystone = session.Session(
    auth=v3.Password(
        auth_url=url,
        username=admin['username'],
        password=admin['password'],
        project_name=admin['projectName'],
        user_domain_id='default',
        project_domain_id='default',
    )
)


def create(kind, **attributes):
    """Returns the id of what was created, or of what has that name already."""
    found = keystone.get(f'{url}/{kind}s', params={'name': attributes['name']}).json()[f'{kind}s']
    if found:
        return found[0]['id']
    return keystone.post(f'{url}/{kind}s', json={kind: attributes}).json()[kind]['id']


for account, roles in ((member, ('member', 'reader')), (service, ('admin', 'service'))):
    project = create('project', name=account['projectName'], domain_id='default')
    user = create('user', name=account['username'], password=account['password'], domain_id='default')
    for role in roles:
        keystone.put(f'{url}/projects/{project}/users/{user}/roles/{create("role", name=role)}')

print(json.dumps({'url': url, 'admin': admin, 'member': member, 'service': service}))
