"""Creates the users that the identity tests log in as and the limits that the tests of limits meet, and prints how to reach
them as JSON on one line."""
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


def find(kind, **attributes):
    found = keystone.get(f'{url}/{kind}s', params=attributes).json()[f'{kind}s']
    return found[0] if found else None


# Only whoever has a role in the system may read the limits of all projects.
admin_role = create('role', name='admin')
service_user = create('user', name=service['username'])
keystone.put(f'{url}/system/users/{service_user}/roles/{admin_role}')

image_service = create('service', name='glance', type='image')
endpoint = {'service_id': image_service, 'interface': 'public', 'region_id': 'RegionOne'}
if find('endpoint', **endpoint) is None:
    keystone.post(f'{url}/endpoints', json={'endpoint': {**endpoint, 'url': 'http://127.0.0.1:9292'}})

registered = {'image_size_total': 5, 'image_stage_total': 5, 'image_count_total': 3, 'image_count_uploading': 10}
of_service = {'service_id': image_service, 'region_id': 'RegionOne'}
if find('registered_limit', **of_service) is None:
    limits = [{**of_service, 'resource_name': name, 'default_limit': limit} for name, limit in registered.items()]
    keystone.post(f'{url}/registered_limits', json={'registered_limits': limits})

limited = create('project', name='limited', domain_id='default')
system = session.Session(
    auth=v3.Password(
        auth_url=url,
        username=admin['username'],
        password=admin['password'],
        user_domain_id='default',
        system_scope='all',
    )
)
own = {**of_service, 'project_id': limited, 'resource_name': 'image_count_total'}
if not system.get(f'{url}/limits', params=own).json()['limits']:
    system.post(f'{url}/limits', json={'limits': [{**own, 'resource_limit': 1}]})

print(
    json.dumps(
        {
            'url': url,
            'admin': admin,
            'member': member,
            'service': service,
            'limits': {
                'endpointId': find('endpoint', **endpoint)['id'],
                'registered': registered,
                'project': limited,
                'own': {'image_count_total': 1},
            },
        }
    )
)
